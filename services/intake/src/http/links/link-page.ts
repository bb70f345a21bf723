import { escapeHtml, type Json } from '@tally/contracts';

interface About {
  readonly runId: string;
  readonly chain: string;
  readonly event: string;
  readonly payload: Json;
}

/** The content of the page behind a link. */
export type LinkPage =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'gone' }
  | ({ readonly kind: 'ask' | 'answered' | 'ended' } & About);

/** A page for the person who follows a link. */
export function linkPage(page: LinkPage): string {
  const { title, text, form } = contentOf(page);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${form}</main></body></html>`,
  ].join('\n');
}

function contentOf(page: LinkPage): { readonly title: string; readonly text: string; readonly form: string } {
  switch (page.kind) {
    case 'unknown':
      return {
        title: 'This link is not valid',
        text: 'It may be incomplete. Nothing was changed.',
        form: '',
      };
    case 'gone':
      return { title: 'There is no open question any more', text: 'The run was started again or deleted.', form: '' };
    case 'ended':
      return { title: 'Too late', text: `Run ${page.runId} of ${page.chain} no longer waits for an answer.`, form: '' };
    case 'answered':
      return {
        title: `Recorded: ${wordOf(page.payload)}`,
        text: `Run ${page.runId} of ${page.chain} has its answer.`,
        form: '',
      };
    case 'ask':
      return {
        title: `${wordOf(page.payload)}?`,
        text: `Run ${page.runId} of ${page.chain} waits for ${page.event}. The first answer counts.`,
        // Posts to its own address: the link contains everything.
        form: `<form method="post"><button>${escapeHtml(wordOf(page.payload))}</button></form>`,
      };
  }
}

function wordOf(payload: Json): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;color:#1b1b1f;background:#fafafa}main{max-width:36rem;margin:12vh auto;padding:0 1.5rem;overflow-wrap:anywhere}' +
  'button{font:inherit;padding:.6rem 1.6rem;border:0;border-radius:.4rem;color:#fff;background:#1f5fbf;cursor:pointer}';
