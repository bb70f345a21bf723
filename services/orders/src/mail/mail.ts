import { html } from './html.ts';

/** The parts of a mail, before it is formatted. */
export interface Mail {
  readonly to: { readonly name?: string; readonly address: string };
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly links: readonly MailLink[];
}

export interface MailLink {
  readonly label: string;
  readonly url: string;
}

/** The mail as plain text. Each link is on a line of its own, so that no other text becomes part of it. */
export function textOf({ paragraphs, links }: Mail): string {
  return [...paragraphs, ...links.map(({ label, url }) => `${label}:\n${url}`)].join('\n\n').concat('\n');
}

/** The same as HTML. */
export function htmlOf({ subject, paragraphs, links }: Mail): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${subject}</title></head><body>
${paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}
${links.map(({ label, url }) => html`<p><a href="${url}">${label}</a></p>\n`)}
</body></html>\n`;
  return page.text;
}
