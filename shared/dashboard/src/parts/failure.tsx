import { messageOf } from '../data/problems.ts';

/** What keeps a part of the page from being shown, and that it is tried again. */
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
