import type { RowsPage } from '@tally/api';
import { call, writeCall } from '../../data/call.ts';
import { usePages } from '../../data/use-pages.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { curlOf } from '../../parts/curl.ts';
import { Edge } from '../../parts/edge.tsx';
import { Failure } from '../../parts/failure.tsx';
import { JsonView } from '../../parts/json-view.tsx';

type Row = RowsPage['rows'][number];
const PAGE = 30;
/** Height of a closed row. */
const ROW_PX = 22;

/** The rows kept for a run, as they are in the table. */
export function Rows({ id }: { readonly id: string }) {
  const list = usePages<Row>(`rows:${id}`, async (token, signal) => {
    const query = { top: PAGE, ...(token !== null && { continuationToken: token }) };
    const { body } = await call('listRows', { params: { id }, query, signal });
    return { rows: body.rows, token: body.continuationToken };
  });
  const { pages, isBusy, error, more } = list;
  const seen = (direction: 'up' | 'down') => {
    if (!isBusy && error === undefined) void more(direction);
  };
  return (
    <section class="card" aria-labelledby="rows">
      <header>
        <h2 id="rows">Rows</h2>
        <span class="end">
          <CopyButton text={() => curlOf(writeCall('listRows', { params: { id } }))} what="curl command" />
        </span>
      </header>
      <div class="body">
        {error !== undefined && <Failure error={error} retry={() => void more('down')} />}
        <Edge height={pages.before * ROW_PX} isBusy={isBusy} onSeen={() => seen('up')} />
        {pages.rows.map(({ rowKey, columns }) => (
          <JsonView key={rowKey} name={rowKey} value={columns} depth={0} />
        ))}
        <Edge key={list.name} height={pages.after * ROW_PX} isBusy={isBusy} onSeen={() => seen('down')} />
      </div>
    </section>
  );
}
