import { laneOf } from '@tally/chain';
import { isTerminal, type Json, type WorkItem, type WorkMessage } from '@tally/contracts';
import { type Chunk, type MapView, mapViewOf, pendingTries, type Run, type TryOutcome } from '@tally/run-state';
import type { Versioned } from '@tally/run-store';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { isLaneOf, type Stage } from '../context/registry.ts';
import { servingName } from '../context/serving.ts';
import { admitToMap, type Handled, notOfQueue, refuse } from '../messages/admit.ts';
import { watched } from './watched.ts';

/** What the items of a delivery are of. */
export interface ItemsAbout {
  readonly run: Run;
  readonly view: MapView;
  /** The queue that the run's items go through: small runs have one of their own. */
  readonly lane: string;
  readonly tries: ReadonlyMap<number, number>;
  /** When it fires nothing more is begun: what is under way ends by its own time limit, and what has not begun is left out. */
  readonly until: AbortSignal;
}

/**
 * A delivery begins nothing after this. A call under way has its own limit of a minute, an item of a handler one of five: so what is there is committed within five minutes,
 * and in any case before the host ends the function after ten, all of it lost.
 */
export const DELIVERY_MS = 240_000;

/**
 * Tries items once and says what each came to. An item without an outcome was not tried to its end (a signal fired): nothing is recorded of it.
 */
export type TryItems = (
  items: readonly WorkItem<Json>[],
  about: ItemsAbout,
  signal: AbortSignal,
) => Promise<ReadonlyMap<number, TryOutcome<Json>>>;

/** Thrown by {@link TryItems} where no try can ever succeed, for any item: the run is ended as failed. */
export class HopelessRunError extends Error {
  override readonly name: string = 'HopelessRunError';
  /** The run's failure code. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * One delivery of a work message: tries what the chunk's row holds and has no result of, commits results and claims in one transaction (I1, I3), sends what
 * the commit justifies (I4). The message only says where to look (I2).
 */
export async function workChunk(
  context: StepContext,
  stage: Stage,
  message: WorkMessage,
  tryItems: TryItems,
): Promise<Handled> {
  const admitted = await admitToMap(context, message, 'cached');
  if (admitted.kind !== 'admitted') {
    await noteIdle(context, message);
    return admitted;
  }
  const { run, view } = admitted;
  const map = context.maps.of(run, message.node);
  if (map === undefined) return { kind: 'unknown-chain', run };
  if (!isLaneOf(map.node, stage.name)) return notOfQueue(message, stage);
  await context.heartbeat.beat(servingName(map.chain, message.node, stage.name));
  const found = await readPointed(context, map, message);
  if ('handled' in found) return found.handled;
  const { row } = found;
  const tries = pendingTries(row.value, message);
  const items = row.value.items
    .map((input, place): WorkItem<Json> => ({ index: row.value.first + place, input }))
    .filter(({ index }) => tries.has(index));
  const begunAt = context.now();
  const delivery = new AbortController();
  const end = setTimeout(() => delivery.abort(new Error('the delivery has come to its end')), DELIVERY_MS);
  try {
    const isWanted = (current: Run) => {
      const now = mapViewOf(current, message);
      return now !== null && !isTerminal(now.status) && now.reopenEpoch <= message.epoch;
    };
    const outcomes =
      items.length === 0
        ? new Map()
        : await watched(context, run, isWanted, (signal) =>
            tryItems(items, { run, view, tries, lane: laneOf(map.node, view), until: delivery.signal }, signal),
          );
    const untried = delivery.signal.aborted
      ? items.map(({ index }) => index).filter((index) => !outcomes.has(index))
      : undefined;
    const workedMs = items.length === 0 ? undefined : context.now() - begunAt;
    return await recordOutcomes(context, map, message, row, { outcomes, tries, workedMs, untried });
  } catch (error) {
    if (!(error instanceof HopelessRunError)) throw error;
    const failure = { code: error.code, message: error.message };
    await performEffects(context, run, [{ type: 'fail-run', failure }]);
    return { kind: 'done' };
  } finally {
    clearTimeout(end);
  }
}

/** A message that is dropped since its run is suspended: its claim has nothing out until the run goes on, and the counts say so. */
async function noteIdle({ runs, maps }: StepContext, message: WorkMessage): Promise<void> {
  const run = await runs.get(message.runId);
  if (run?.status !== 'Suspended' || run.gen !== message.gen || run.epoch !== message.epoch) return;
  const view = mapViewOf(run, message);
  const map = maps.of(run, message.node);
  if (view === null || map === undefined) return;
  const { shard, epoch, chunk } = message;
  await map.committer.commit(shardKeyOf(view, shard), {
    run: view,
    event: { type: 'idle', message: { epoch, chunk } },
  });
}

/** The row that a message points at; or what becomes of a message that points at what isn't there. */
export async function readPointed(
  context: StepContext,
  { store }: Pick<MapStage, 'store'>,
  message: WorkMessage,
): Promise<{ readonly row: Versioned<Chunk<Json, Json>> } | { readonly handled: Handled }> {
  const { shard, chunk, items = [] } = message;
  const row = await store.readChunk(shardKeyOf(message, shard), chunk);
  if (row === null)
    return { handled: await refuse(context, message, `its run has no chunk ${chunk} in a shard ${shard}`) };
  const { first, items: held } = row.value;
  const foreign = items.find((index) => index < first || index >= first + held.length);
  if (foreign === undefined) return { row };
  return { handled: await refuse(context, message, `item ${foreign} is not of chunk ${chunk} of shard ${shard}`) };
}

interface Tried {
  /** By item number. */
  readonly outcomes: ReadonlyMap<number, TryOutcome<Json>>;
  readonly tries: ReadonlyMap<number, number>;
  /** Milliseconds; undefined: nothing was to be tried. */
  readonly workedMs: number | undefined;
  /** Items that there was no time for. */
  readonly untried: readonly number[] | undefined;
}

/** Commits what a delivery brings and sends what follows. Without outcomes: finds done what is done, and repeats its own sends. */
async function recordOutcomes(
  context: StepContext,
  map: MapStage,
  message: WorkMessage,
  row: Versioned<Chunk<Json, Json>>,
  tried: Tried,
): Promise<Handled> {
  const { runs, chance, telemetry } = context;
  const { outcomes } = tried;
  // The run may have moved on during the calls; a claim follows the row of this second.
  const run = await runs.get(message.runId);
  if (run === null || run.gen !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  const view = mapViewOf(run, message);
  if (view === null) return { kind: 'dropped', reason: 'old-round' };
  const committed = await map.committer.commit(shardKeyOf(view, message.shard), {
    run: view,
    event: { type: 'record', message, ...tried, chance: chance() },
    chunks: () => [message.chunk],
    known: new Map([[message.chunk, row]]),
  });
  if (committed === 'missing') return { kind: 'dropped', reason: 'shard-missing' };
  await performEffects(context, run, committed.effects, { view, rows: committed.rows });
  for (const { durationMs } of outcomes.values()) telemetry.measure('item.latency', durationMs, { node: message.node });
  if (committed.dropped === undefined && outcomes.size > 0)
    telemetry.count('items.rate', outcomes.size, { node: message.node });
  return committed.dropped === undefined ? { kind: 'done' } : { kind: 'dropped', reason: 'old-epoch' };
}
