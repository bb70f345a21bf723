import type { Item } from '@tally/api';
import { useEffect, useId, useRef } from 'preact/hooks';
import { CopyButton } from '../../../parts/copy.tsx';
import { number } from '../../../parts/format.ts';
import { Icon } from '../../../parts/icons.tsx';
import { JsonView } from '../../../parts/json-view.tsx';
import { Photo } from '../../../parts/photo.tsx';
import { safeUrl } from '../../../parts/safe-url.ts';
import { facesOf } from '../happiness.ts';

/** A large view of one item, with all that is known of it. */
export function ItemDialog({ item, onClose }: { readonly item: Item; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const address = safeUrl(item.url);
  const faces = item.status === 'succeeded' ? (facesOf(item.result) ?? []) : [];
  return (
    <dialog ref={dialog} class="large" aria-labelledby={heading} onClose={onClose}>
      <header>
        <h2 id={heading}>Item {number(item.index)}</h2>
        <CopyButton text={() => JSON.stringify(item, null, 2)} what="JSON" />
        {address !== undefined && (
          <a class="button small" href={address} target="_blank" rel="noopener noreferrer">
            <Icon name="out" />
            Open
          </a>
        )}
        <button type="button" class="button plain icon end" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {typeof item.url === 'string' && (
        <Photo
          url={item.url}
          label={`Image ${item.index}`}
          boxes={faces.map(({ rectangle, happiness }) => ({ rectangle, score: happiness }))}
          isWhole
        />
      )}
      <div class="body">
        <JsonView value={item} depth={1} />
      </div>
    </dialog>
  );
}
