import type { RunStatusBody } from '@tally/api';
import { call } from '../../data/call.ts';
import { useOnce } from '../../data/use-once.ts';
import { number } from '../../parts/format.ts';
import { linkTo } from '../../routing/links.ts';

/** Failed items that are read. They are the basis of the groups. */
const LOOKED_AT = 200;

interface Group {
  readonly code: string;
  readonly count: number;
  readonly index: number;
  readonly message: string;
}

/** Failures grouped by code, with an example of each: nodes first, then items. */
export function Failures({ status }: { readonly status: RunStatusBody }) {
  const { instanceId, nodes, counts } = status;
  const broken = nodes.filter(({ error }) => error !== undefined);
  const name = `failures:${instanceId}:${counts.failed}`;
  const { value: groups = [] } = useOnce<readonly Group[]>(name, async (signal) =>
    counts.failed === 0 ? [] : await fetchGroups(instanceId, signal),
  );
  if (broken.length === 0 && groups.length === 0) return null;
  const seen = groups.reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="card">
      <header>
        <h2>Failures</h2>
        {counts.failed > 0 && (
          <span class="end">
            <a href={linkTo(['runs', instanceId], { tab: 'items', status: 'failed' })}>
              All {number(counts.failed)} failed items
            </a>
          </span>
        )}
      </header>
      <ul class="lines">
        {broken.map((node) => (
          <li key={node.name}>
            <code class="bad toned">{node.error?.code}</code>
            <span class="muted">node {node.name}</span>
            <span class="wrap">{node.error?.message}</span>
          </li>
        ))}
        {groups.map(({ code, count, index, message }) => (
          <li key={code}>
            <code class="bad toned">{code}</code>
            <span class="muted">
              {number(count)}
              {seen < counts.failed ? ` of the first ${number(seen)}` : ''}
            </span>
            <span class="wrap">
              {message} <span class="muted">(item {number(index)})</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function fetchGroups(id: string, signal: AbortSignal): Promise<readonly Group[]> {
  const { body } = await call('listItems', { params: { id }, query: { status: 'failed', top: LOOKED_AT }, signal });
  const failed = body.items.flatMap((item) => (item.status === 'failed' ? [item] : []));
  const groups = [...Map.groupBy(failed, ({ error }) => error.code)].flatMap(([code, items]): Group[] => {
    const [first] = items;
    return first === undefined ? [] : [{ code, count: items.length, index: first.index, message: first.error.message }];
  });
  return groups.toSorted((left, right) => right.count - left.count);
}
