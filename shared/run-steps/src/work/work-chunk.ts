import { laneOf } from '@tally/chain';
import { isTerminal, type WorkItem, type WorkMessage } from '@tally/contracts';
import {
  type Chunk,
  type Effect,
  type MapView,
  mapViewOf,
  openItems,
  pendingTries,
  permitsOf,
  type Run,
  type SendChunk,
  type TryOutcome,
} from '@tally/run-state';
import type { Versioned } from '@tally/run-store';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { isLaneOf, type Stage } from '../context/registry.ts';
import { servingName } from '../context/serving.ts';
import { admitToMap, type Handled, notOfQueue } from '../messages/admit.ts';
import { headOf } from '../messages/message-head.ts';
import { readPointed } from '../messages/read-pointed.ts';
import { watched } from './watched.ts';

/** What the items of a delivery belong to. */
export interface ItemsAbout {
  readonly run: Run;
  readonly view: MapView;
  /** The queue of the run's items. Small runs have a queue of their own. */
  readonly lane: string;
  readonly tries: ReadonlyMap<number, number>;
  /**
   * When it fires, nothing more is begun. Calls under way end by their own time limit, and items that have
   * not begun are left out.
   */
  readonly until: AbortSignal;
}

/**
 * A delivery begins nothing after this. A call under way has its own limit of a minute, and an item of a
 * handler one of five minutes. So results are committed within five minutes. In any case that is before the
 * host ends the function after ten, which would lose them all.
 */
export const DELIVERY_MS = 240_000;

/**
 * Tries items once and returns the outcome of each. An item without an outcome was not tried to its end,
 * because a signal fired: nothing is recorded for it.
 */
export type TryItems = (
  items: readonly WorkItem[],
  about: ItemsAbout,
  signal: AbortSignal,
) => Promise<ReadonlyMap<number, TryOutcome>>;

/** Thrown by {@link TryItems} where no try can ever succeed for any item. The run ends as failed. */
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
 * One delivery of a work message. It tries the items of the chunk's row that have no result, and commits
 * results and claims in one transaction (I1, I3). Then it sends what the commit justifies (I4). The message
 * only says where to look (I2).
 *
 * The delivery goes on with one of the claims of its commit, as if that claim's message had been sent and had
 * come up here at once. The claim has this message's token. If this process dies, the next delivery of the
 * message finds its work recorded and sends the claim (I4).
 */
export async function workChunk(
  context: StepContext,
  stage: Stage,
  message: WorkMessage,
  tryItems: TryItems,
): Promise<Handled> {
  const delivery: Delivery = { begunAt: context.now(), end: new AbortController(), sent: new Set(), tryItems };
  const timer = setTimeout(() => delivery.end.abort(new Error('the delivery has come to its end')), DELIVERY_MS);
  // A delivery that was abandoned keeps no process alive.
  timer.unref();
  try {
    let turn = await workOnce(context, stage, delivery, { message });
    while (turn.next !== undefined) turn = await workOnce(context, stage, delivery, turn.next);
    return turn.handled;
  } catch (error) {
    if (!(error instanceof HopelessRunError)) throw error;
    const run = await context.runs.get(message.runId);
    const failure = { code: error.code, message: error.message };
    if (run?.generation === message.gen) await performEffects(context, run, [{ type: 'fail-run', failure }]);
    return { kind: 'done' };
  } finally {
    clearTimeout(timer);
  }
}

interface Delivery {
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly end: AbortController;
  /** The chunks of this message's claims that this delivery has sent, or has gone on with. */
  readonly sent: Set<number>;
  readonly tryItems: TryItems;
}

/** The result of one chunk, and the claim to go on with. */
interface Turn {
  readonly handled: Handled;
  readonly next?: Claim | undefined;
}

/** What a delivery works on: the message that came from the queue, or a claim that it goes on with. */
interface Claim {
  readonly message: WorkMessage;
  /** Its chunk's row, where it was read already. */
  readonly row?: Versioned<Chunk> | undefined;
  /** Items of its chunk that other messages permit; absent: not known, as the message came from the queue. */
  readonly others?: readonly number[] | undefined;
  /** The chunk that the commit after it will probably claim. */
  readonly upcoming?: number | undefined;
}

async function workOnce(
  context: StepContext,
  stage: Stage,
  delivery: Delivery,
  { message, row: known, others, upcoming }: Claim,
): Promise<Turn> {
  const admitted = await admitToMap(context, message, 'cached');
  if (admitted.kind !== 'admitted') {
    await noteIdle(context, message);
    return { handled: admitted };
  }
  const { run, view } = admitted;
  const map = context.maps.of(run, message.node);
  if (map === undefined) return { handled: { kind: 'unknown-chain', run } };
  if (!isLaneOf(map.node, stage.name)) return { handled: notOfQueue(message, stage) };
  await context.heartbeat.beat(servingName(map.chain, message.node, stage.name));
  const found = known === undefined ? await readPointed(context, map, message, view) : { row: known };
  if ('handled' in found) return found;
  const { row } = found;
  const ahead = readAhead(map, view, message, upcoming);
  const tries = pendingTries(row.value, message);
  const items = row.value.items
    .map((input, place): WorkItem => ({ index: row.value.first + place, input }))
    .filter(({ index }) => tries.has(index));
  const begunAt = context.now();
  const isWanted = (current: Run) => {
    const now = mapViewOf(current, message);
    return now !== null && !isTerminal(now.status) && now.reopenEpoch <= message.epoch;
  };
  const until = delivery.end.signal;
  const lane = laneOf(map.node, view);
  const outcomes =
    items.length === 0
      ? new Map()
      : await watched(context, run, isWanted, (signal) =>
          delivery.tryItems(items, { run, view, tries, lane, until }, signal),
        );
  const untried = until.aborted ? items.map(({ index }) => index).filter((index) => !outcomes.has(index)) : undefined;
  const workedMs = items.length === 0 ? undefined : context.now() - begunAt;
  const tried = { outcomes, tries, workedMs, untried, others };
  const turn = await recordOutcomes(context, map, delivery, message, row, tried);
  const { handled, next } = turn;
  if (next === undefined || next.row !== undefined) return turn;
  const read = await ahead;
  return { handled, next: { ...next, row: read?.value.chunk === next.message.chunk ? read : undefined } };
}

/**
 * Reads the row of the next chunk during the calls, so that a run that waits for each of its calls doesn't wait
 * for the row as well. The row may be older than its claim by then. That costs a call at most: the commit is
 * conditional on the row as it was read (I8).
 * @returns null where nothing is to be read, or can't be read now: it is read again when it is due, and what is
 * wrong is said then
 */
async function readAhead(
  { store }: Pick<MapStage, 'store'>,
  view: MapView,
  { shard }: WorkMessage,
  upcoming: number | undefined,
): Promise<Versioned<Chunk> | null> {
  return upcoming === undefined ? null : await store.readChunk(shardKeyOf(view, shard), upcoming).catch(() => null);
}

/**
 * A message that is dropped because its run is suspended. Its claim has nothing out until the run goes on,
 * and the counts show that.
 */
async function noteIdle({ runs, maps }: StepContext, message: WorkMessage): Promise<void> {
  const run = await runs.get(message.runId);
  if (run?.status !== 'Suspended' || run.generation !== message.gen || run.epoch !== message.epoch) return;
  const view = mapViewOf(run, message);
  const map = maps.of(run, message.node);
  if (view === null || map === undefined) return;
  const { shard, epoch, chunk } = message;
  await map.committer.commit(shardKeyOf(view, shard), {
    run: view,
    event: { type: 'idle', message: { epoch, chunk } },
  });
}

interface Tried {
  /** By item number. */
  readonly outcomes: ReadonlyMap<number, TryOutcome>;
  readonly tries: ReadonlyMap<number, number>;
  /** Milliseconds; undefined: nothing was to be tried. */
  readonly workedMs: number | undefined;
  /** Items for which there was no time. */
  readonly untried: readonly number[] | undefined;
  /** Items of the chunk that other messages permit; undefined: not known, as the message came from the queue. */
  readonly others: readonly number[] | undefined;
}

/**
 * Commits what a delivery brings and sends what follows. Without outcomes it finds done what is done, and
 * repeats its own sends.
 */
async function recordOutcomes(
  context: StepContext,
  map: MapStage,
  delivery: Delivery,
  message: WorkMessage,
  row: Versioned<Chunk>,
  tried: Tried,
): Promise<Turn> {
  const { runs, chance, telemetry } = context;
  const { outcomes } = tried;
  // The run may have moved on during the calls. A claim follows the row of this second.
  const run = await runs.get(message.runId);
  if (run === null || run.generation !== message.gen)
    return { handled: { kind: 'dropped', reason: 'other-generation' } };
  const view = mapViewOf(run, message);
  if (view === null) return { handled: { kind: 'dropped', reason: 'old-round' } };
  const committed = await map.committer.commit(shardKeyOf(view, message.shard), {
    run: view,
    event: { type: 'record', message: headOf(message), ...tried, sent: delivery.sent, chance: chance() },
    chunks: () => [message.chunk],
    known: new Map([[message.chunk, row]]),
  });
  if (committed === 'missing') return { handled: { kind: 'dropped', reason: 'shard-missing' } };
  const { effects, rows } = committed;
  const next = outcomes.size > 0 && goesOn(context, delivery, view) ? effects.find(isWhole) : undefined;
  await performEffects(
    context,
    run,
    effects.filter((effect) => effect !== next),
    { view, rows },
  );
  for (const effect of effects) if (effect.type === 'send-chunk') delivery.sent.add(effect.chunk);
  for (const { durationMs } of outcomes.values()) telemetry.measure('item.latency', durationMs, { node: message.node });
  if (committed.dropped !== undefined) return { handled: { kind: 'dropped', reason: committed.dropped } };
  if (outcomes.size > 0) telemetry.count('items.rate', outcomes.size, { node: message.node });
  // It lies in no queue, so its note would have no reader.
  const [permit] = next === undefined ? [] : permitsOf(view, { ...next, token: message.tok }, () => '');
  if (permit === undefined) return { handled: { kind: 'done' } };
  const { chunk, items = [] } = permit;
  const claimed = rows.ledger.value.open.find((entry) => entry.chunk === chunk)?.items ?? [];
  const others = claimed.filter((index) => !items.includes(index));
  const read = rows.chunks.get(chunk);
  // A claim of a part whose chunk was not read is the first of several.
  const isLastPart = permit.items === undefined || (read && openItems(read.value).length === items.length);
  const upcoming = isAlone(view) && isLastPart ? rows.ledger.value.todo[0]?.[0] : undefined;
  return { handled: { kind: 'done' }, next: { message: permit, row: read, others, upcoming } };
}

/** A claim that is due at once and whose items stay together. */
function isWhole(effect: Effect): effect is SendChunk {
  return effect.type === 'send-chunk' && effect.delayMs === 0 && !effect.split;
}

/** Whether the run may have one claim out only. */
function isAlone({ window, chunkItems }: MapView): boolean {
  return window <= chunkItems;
}

/** A run that may have one claim out holds one place in any case, so going on delays no message of another run. */
function goesOn({ goOnMs, now }: StepContext, { begunAt, end }: Delivery, view: MapView): boolean {
  return goOnMs > 0 && !end.signal.aborted && now() - begunAt < (isAlone(view) ? DELIVERY_MS : goOnMs);
}
