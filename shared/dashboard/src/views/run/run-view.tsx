import type { RunStatusBody } from '@tally/api';
import { lookAtRun, type RunLook } from '../../data/look-at-run.ts';
import { usePolled } from '../../data/poll.ts';
import { StatusBadge } from '../../parts/badge.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { type Tab, Tabs, tabHere } from '../../parts/tabs.tsx';
import { isLive } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';
import { Controls } from './control/controls.tsx';
import { Waiting } from './control/waiting.tsx';
import { Items } from './items/items.tsx';
import { Overview } from './overview.tsx';
import { Raw } from './raw.tsx';
import { Summary } from './summary.tsx';
import { Timeline } from './timeline.tsx';

const PAUSE_MS = 2_000;
/** Each poll of a large run reads one row per shard. */
const LARGE_ITEMS = 10_000;
const LARGE_PAUSE_MS = 5_000;
/** For a run that only waits or is suspended: a person may answer elsewhere. */
const QUIET_PAUSE_MS = 5_000;

/** One run: its state, its work, its results, and the actions on it. */
export function RunView({ id }: { readonly id: string }) {
  const {
    value,
    error,
    at,
    isLive: moves,
    refresh,
  } = usePolled<RunLook>(
    `run:${id}`,
    (before, signal) => lookAtRun(id, before, signal),
    ({ status }) => pauseOf(status),
  );
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={linkTo(['runs'])}>Runs</a>
        <span aria-hidden="true">/</span>
        {value !== undefined && <a href={linkTo(['runs'], { chain: value.status.name })}>{value.status.name}</a>}
      </nav>
      <div class="title-row">
        <h1 class="mono wrap">{id}</h1>
        <CopyButton text={() => id} what="id" />
        {value !== undefined && <StatusBadge status={value.status.runtimeStatus} />}
        {value !== undefined && (
          <span class="muted">
            {value.status.name} v{value.status.chainVersion}
          </span>
        )}
        <div class="end">
          <Freshness at={at} isLive={moves} refresh={refresh} />
          {value !== undefined && <Controls status={value.status} onDone={refresh} />}
        </div>
      </div>
      {error !== undefined && <Failure error={error} retry={refresh} />}
      {value !== undefined && <Body status={value.status} refresh={refresh} />}
    </>
  );
}

function Body({ status, refresh }: { readonly status: RunStatusBody; readonly refresh: () => void }) {
  const hasItems = status.nodes.some(({ kind }) => kind === 'map');
  const tabs: Tab[] = [
    { name: 'overview', word: 'Overview' },
    ...(hasItems ? [{ name: 'items', word: 'Items', count: status.counts.total }] : []),
    { name: 'timeline', word: 'Timeline' },
    { name: 'raw', word: 'Raw' },
  ];
  const here = tabHere(tabs);
  return (
    <>
      {status.unserved !== undefined && <p class="note wait">This run makes no progress: {status.unserved}.</p>}
      {status.verdict?.status === 'failed' && (
        <p class="note bad">
          It will end as failed when its closing nodes have ended: {status.verdict.code}, {status.verdict.message}
        </p>
      )}
      <Waiting status={status} onDone={refresh} />
      <Summary status={status} />
      <Tabs tabs={tabs} label="Parts of the run" />
      {here === 'overview' && <Overview status={status} />}
      {here === 'items' && <Items status={status} />}
      {here === 'timeline' && <Timeline status={status} />}
      {here === 'raw' && <Raw status={status} />}
    </>
  );
}

function pauseOf({ runtimeStatus, counts, nodes }: RunStatusBody): number | null {
  if (!isLive(runtimeStatus)) return null;
  const works = nodes.some(({ state }) => state === 'out' || state === 'open');
  if (runtimeStatus === 'Suspended' || (!works && runtimeStatus === 'Running')) return QUIET_PAUSE_MS;
  return counts.total > LARGE_ITEMS ? LARGE_PAUSE_MS : PAUSE_MS;
}
