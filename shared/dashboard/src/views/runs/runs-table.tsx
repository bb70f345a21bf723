import type { ListedRun } from '@tally/api';
import type { PagedList } from '../../data/use-pages.ts';
import { StatusBadge } from '../../parts/badge.tsx';
import { Edge } from '../../parts/edge.tsx';
import { duration } from '../../parts/format.ts';
import { Progress, SegmentBar } from '../../parts/progress.tsx';
import { Ago } from '../../parts/time.tsx';
import { isLive } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';
import { LiveProgress } from './live-progress.tsx';

/**
 * Must match the style sheet. All rows have the same height, so that the height of rows that are left out is
 * known.
 */
const ROW_PX = 40;

/** The runs in memory, between two edges as tall as the runs that aren't in memory. */
export function RunsTable({ list }: { readonly list: PagedList<ListedRun> }) {
  const { pages, isBusy, isWeary, error, more } = list;
  const canGoOn = !isBusy && error === undefined;
  const seen = (direction: 'up' | 'down') => {
    if (canGoOn && !(direction === 'down' && isWeary)) void more(direction);
  };
  return (
    <section class="card runs" aria-label="Runs">
      <table>
        <thead>
          <tr>
            <th scope="col" class="status">
              Status
            </th>
            <th scope="col">Run</th>
            <th scope="col" class="chain">
              Chain
            </th>
            <th scope="col" class="far">
              Progress
            </th>
            <th scope="col" class="created">
              Created
            </th>
            <th scope="col" class="took number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          <EdgeRow height={pages.before * ROW_PX} isBusy={isBusy} onSeen={() => seen('up')} />
          {pages.rows.map((run) => (
            <Row key={`${run.instanceId} ${run.createdTime}`} run={run} />
          ))}
          <EdgeRow key={list.name} height={pages.after * ROW_PX} isBusy={isBusy} onSeen={() => seen('down')} />
        </tbody>
      </table>
    </section>
  );
}

/** In the first column only, because a narrow screen doesn't show all columns. */
function EdgeRow(edge: { readonly height: number; readonly isBusy: boolean; readonly onSeen: () => void }) {
  return (
    <tr class="edge">
      <td>
        <Edge {...edge} />
      </td>
    </tr>
  );
}

function Row({ run }: { readonly run: ListedRun }) {
  const { instanceId, name, runtimeStatus, createdTime, lastUpdatedTime, chainVersion } = run;
  const took = Date.parse(lastUpdatedTime) - Date.parse(createdTime);
  return (
    <tr>
      <td class="status">
        <StatusBadge status={runtimeStatus} />
      </td>
      <td class="id">
        <a class="mono" href={linkTo(['runs', instanceId])} title={instanceId}>
          {instanceId}
        </a>
      </td>
      <td class="chain">
        {name}
        {chainVersion === null ? (
          <span class="bad toned"> · unreadable</span>
        ) : (
          <span class="muted"> v{chainVersion}</span>
        )}
      </td>
      <td class="far">
        <Far run={run} />
      </td>
      <td class="created muted">
        <Ago at={createdTime} />
      </td>
      <td class="took number muted">{isLive(runtimeStatus) ? '' : duration(took)}</td>
    </tr>
  );
}

/** For an ended run, the list has the progress. Without items it shows why the run ended that way. */
function Far({ run }: { readonly run: ListedRun }) {
  const { instanceId, runtimeStatus, counts, output } = run;
  if (isLive(runtimeStatus)) return <LiveProgress id={instanceId} />;
  const code = codeOf(output);
  if (runtimeStatus === 'Failed' && code !== undefined) return <span class="bad toned">{code}</span>;
  if (counts !== undefined && counts.total > 0) return <Progress counts={counts} label={`Items of ${instanceId}`} />;
  if (runtimeStatus === 'Completed')
    return (
      <div class="progress">
        <SegmentBar
          segments={[{ tone: 'good', word: 'done', count: 1 }]}
          total={1}
          label={`Progress of ${instanceId}`}
        />
        <small>done</small>
      </div>
    );
  if (runtimeStatus === 'Terminated' && typeof output === 'string') return <span class="muted">{output}</span>;
  return null;
}

function codeOf(output: unknown): string | undefined {
  return typeof output === 'object' && output !== null && 'code' in output && typeof output.code === 'string'
    ? output.code
    : undefined;
}
