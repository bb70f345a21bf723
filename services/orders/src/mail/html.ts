import { escapeHtml } from '@tally/contracts';

/** A piece of HTML. Text put into it is already escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A template for HTML. Strings are escaped; pieces of HTML are inserted unchanged. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const pieces = values.map((value) => {
    if (typeof value === 'string') return escapeHtml(value);
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
  });
  return new Html(parts.reduce((whole, part, at) => `${whole}${pieces[at - 1] ?? ''}${part}`));
}
