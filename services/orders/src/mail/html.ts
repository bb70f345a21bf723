import { escapeHtml } from '@tally/contracts';

/** A piece of HTML: what was put into it is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML as a template: text becomes escaped, pieces of HTML stay what they are. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const pieces = values.map((value) => {
    if (typeof value === 'string') return escapeHtml(value);
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
  });
  return new Html(parts.reduce((whole, part, at) => `${whole}${pieces[at - 1] ?? ''}${part}`));
}
