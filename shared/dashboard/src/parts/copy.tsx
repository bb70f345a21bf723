import { Icon } from './icons.tsx';
import { say, sayError } from './toasts.tsx';

function copy(text: string, what: string): void {
  navigator.clipboard.writeText(text).then(() => say(`${what} copied`), sayError);
}

/** What can be copied, with an icon for each. */
const ICONS = { id: 'copy', JSON: 'copy', 'curl command': 'terminal' } as const;

export function CopyButton({ text, what }: { readonly text: () => string; readonly what: keyof typeof ICONS }) {
  const label = `Copy ${what}`;
  return (
    <button
      type="button"
      class="button plain icon small"
      title={label}
      aria-label={label}
      onClick={() => copy(text(), what)}
    >
      <Icon name={ICONS[what]} />
    </button>
  );
}
