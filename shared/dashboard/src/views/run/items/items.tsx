import type { Item, RunStatusBody } from '@tally/api';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../../../data/call.ts';
import type { Page } from '../../../data/pages.ts';
import { usePages } from '../../../data/use-pages.ts';
import { Failure } from '../../../parts/failure.tsx';
import { changeQuery, route } from '../../../routing/route.ts';
import { ItemDialog } from './item-dialog.tsx';
import { ItemGrid } from './item-grid.tsx';

const STATUSES = ['', 'succeeded', 'failed', 'aborted', 'pending'] as const;
type Status = (typeof STATUSES)[number];
/** Three of them are in memory, together about one page of the API. */
const PAGE = 32;

/** The items of a map node, page by page, with their outcomes. */
export function Items({ status }: { readonly status: RunStatusBody }) {
  const { instanceId: id, nodes, counts } = status;
  const { query } = route.value;
  const maps = nodes.filter(({ kind }) => kind === 'map').map(({ name }) => name);
  const node = maps.find((name) => name === query.get('node')) ?? maps[0] ?? '';
  const wanted = STATUSES.find((one) => one === query.get('status')) ?? '';
  const [opened, setOpened] = useState<Item>();
  const list = usePages<Item>(`items:${id}:${node}:${wanted}`, (token, signal) =>
    itemsPage(id, node, wanted, token, signal),
  );
  // Only the first page is read again. Changes on other pages show when the user scrolls back.
  const stamp = `${counts.succeeded} ${counts.failed} ${counts.aborted}`;
  useEffect(() => {
    if (!list.pages.isAtTop || list.pages.seen === 0) return;
    const control = new AbortController();
    itemsPage(id, node, wanted, null, control.signal)
      .then((page) => list.put(0, page))
      .catch(() => undefined);
    return () => control.abort();
  }, [stamp]);
  const { seen, isWhole } = list.pages;
  return (
    <>
      <search class="filters" aria-label="Filter items">
        {maps.length > 1 && (
          <select
            class="input"
            aria-label="Node"
            value={node}
            onChange={({ currentTarget }) => changeQuery({ node: currentTarget.value })}
          >
            {maps.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <fieldset class="chips">
          <legend class="hidden-text">Status</legend>
          {STATUSES.map((one) => (
            <button
              key={one}
              type="button"
              class="chip busy"
              aria-pressed={one === wanted}
              onClick={() => changeQuery({ status: one })}
            >
              {one === '' ? 'all' : one}
            </button>
          ))}
        </fieldset>
      </search>
      {list.error !== undefined && <Failure error={list.error} retry={() => void list.more('down')} />}
      {isWhole && seen === 0 ? <p class="card empty">There are none.</p> : <ItemGrid list={list} onOpen={setOpened} />}
      {list.isWeary && (
        <p class="empty">
          <button type="button" class="button" onClick={list.lookFurther}>
            Look further
          </button>
        </p>
      )}
      {opened !== undefined && <ItemDialog item={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

async function itemsPage(
  id: string,
  node: string,
  status: Status,
  token: string | null,
  signal: AbortSignal,
): Promise<Page<Item>> {
  const { body } = await call('listItems', {
    params: { id },
    query: {
      node,
      top: PAGE,
      ...(status !== '' && { status }),
      ...(token !== null && { continuationToken: token }),
    },
    signal,
  });
  return { rows: body.items, token: body.continuationToken };
}
