import { type Ledger, type MapView, mapViewsOf, mayHaveBegun, type Run } from '@tally/run-state';
import { Slots } from '../context/at-once.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import type { OpenMap } from './node-activity.ts';
import { mapCounts } from './read-counts.ts';

/** Ledgers that one look reads at most. Beyond that, the ledgers of the last open maps are left out. */
const LEDGERS_MAX = 128;
/** Maps whose summaries one look reads, with one query each. */
const SUMMARIES_MAX = 16;
const READS_AT_ONCE = 16;

/** An open map with its readable ledgers. */
export interface ReadMap extends OpenMap {
  readonly ledgers: readonly Ledger[];
}

/** What the rows of open maps say, as far as one look reads them. A row that can't be read says nothing. */
export async function readOpenMaps(context: StepContext, runs: readonly Run[]): Promise<ReadMap[]> {
  const open = runs.flatMap((run) =>
    mapViewsOf(run).flatMap((view) => {
      const state = run.nodes[view.node];
      return state?.state === 'open' ? [{ run, view, openedAt: state.openedAt, shards: begunShards(view) }] : [];
    }),
  );
  let [ledgersLeft, summariesLeft] = [LEDGERS_MAX, SUMMARIES_MAX];
  const planned = open.map((map) => {
    const shards = map.shards.slice(0, ledgersLeft);
    ledgersLeft -= shards.length;
    const hasSummaries = map.view.counted.length > 0;
    const isWhole = shards.length === map.shards.length && (!hasSummaries || summariesLeft > 0);
    if (hasSummaries && isWhole) summariesLeft -= 1;
    return { ...map, shards, isWhole };
  });
  return await new Slots(READS_AT_ONCE).all(planned.map((map) => () => readMap(context, map)));
}

interface Planned {
  readonly run: Run;
  readonly view: MapView;
  readonly openedAt: number;
  readonly shards: readonly number[];
  readonly isWhole: boolean;
}

/** Shards that are not counted and may have begun. The other uncounted shards have no claims. */
function begunShards(view: MapView): number[] {
  return Array.from({ length: view.shards }, (_, shard) => shard).filter(
    (shard) => !view.counted.includes(shard) && mayHaveBegun(view, shard),
  );
}

async function readMap(
  { maps, now }: StepContext,
  { run, view, openedAt, shards, isWhole }: Planned,
): Promise<ReadMap> {
  const { store } = maps.any;
  const [summaries, rows] = await Promise.all([
    isWhole && view.counted.length > 0 ? store.readSummaries(view).catch(() => null) : [],
    Promise.all(shards.map((shard) => store.readLedger(shardKeyOf(view, shard)).catch(() => null))),
  ]);
  const ledgers = rows.flatMap((row) => row?.value ?? []);
  const told = summaries?.filter(({ shard }) => view.counted.includes(shard));
  return {
    ...{ run, node: view.node, openedAt, ledgers },
    counts: isWhole && told !== undefined ? mapCounts(view, told, ledgers) : null,
    delayed: ledgers.flatMap(({ open }) => open.filter(({ notBefore = 0 }) => notBefore > now())).length,
  };
}
