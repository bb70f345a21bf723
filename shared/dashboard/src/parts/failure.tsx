import { messageOf } from '../data/problems.ts';

/** Says why a part of the page can't be shown, and offers a retry. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <div class="note bad" role="alert">
      <span>{messageOf(error)}</span>
      {retry !== undefined && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
