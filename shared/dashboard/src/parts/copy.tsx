import { Icon } from './icons.tsx';
import { say, sayError } from './toasts.tsx';

function copy(text: string, what: string): void {
  navigator.clipboard.writeText(text).then(() => say(`${what} copied`), sayError);
}

export function CopyButton({ text, what }: { readonly text: () => string; readonly what: string }) {
  const label = `Copy ${what}`;
  return (
    <button
      type="button"
      class="button plain icon small"
      title={label}
      aria-label={label}
      onClick={() => copy(text(), what)}
    >
      <Icon name="copy" />
    </button>
  );
}
