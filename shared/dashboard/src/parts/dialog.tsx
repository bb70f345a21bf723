import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { messageOf } from '../data/problems.ts';

/**
 * A modal question: the browser keeps the focus in it, and Escape closes it.
 * @param onSubmit an error that it throws is shown, and the dialog stays open
 */
export function Dialog({
  title,
  submit,
  isBad = false,
  canSubmit = true,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  /** The text of the button that submits. */
  readonly submit: string;
  readonly isBad?: boolean;
  readonly canSubmit?: boolean;
  readonly onSubmit: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  useEffect(() => dialog.current?.showModal(), []);
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
      onClose();
    } catch (thrown) {
      setError(messageOf(thrown));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        {error !== undefined && (
          <p class="note bad" role="alert">
            {error}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={`button main${isBad ? ' bad' : ''}`} disabled={isBusy || !canSubmit}>
            {isBusy ? 'One moment …' : submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}
