import { isTerminal, type WorkItem, type WorkMessage } from '@tally/contracts';
import { type Chunk, pendingTries, type Run, type TryOutcome } from '@tally/run-state';
import type { Versioned } from '@tally/run-store';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { admit, type Handled, refuse } from '../messages/admit.ts';

/**
 * Tries items once and says what each came to. An item without an outcome was not tried to its end (the signal fired): nothing is recorded of it.
 */
export type TryItems<Item, Result> = (
  items: readonly WorkItem<Item>[],
  run: Run,
  signal: AbortSignal,
) => Promise<ReadonlyMap<number, TryOutcome<Result>>>;

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
 * How often a worker in the middle of its calls looks whether the run has ended or was rewound. The row is read at most once a second all the same; looking twice as
 * often as that makes termination reach every call within a second and a half, and within one on average.
 */
const WATCH_MS = 500;

/**
 * One delivery of a work message: tries what the chunk's row holds and has no result of, commits results and claims in one transaction (I1, I3), sends what
 * the commit justifies (I4). The message only says where to look (I2).
 */
export async function workChunk<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: WorkMessage,
  tryItems: TryItems<Item, Result>,
): Promise<Handled> {
  const admitted = await admit(context, message, 'cached');
  if (admitted.kind !== 'admitted') {
    await noteIdle(context, message);
    return admitted;
  }
  const found = await readPointed(context, message);
  if ('handled' in found) return found.handled;
  const { row } = found;
  const tries = pendingTries(row.value, message);
  const items = row.value.items
    .map((input, place): WorkItem<Item> => ({ index: row.value.first + place, input }))
    .filter(({ index }) => tries.has(index));
  try {
    const outcomes = items.length === 0 ? new Map() : await tryWatched(context, admitted.run, message, items, tryItems);
    return await recordOutcomes(context, message, row, outcomes, tries);
  } catch (error) {
    if (!(error instanceof HopelessRunError)) throw error;
    const failure = { code: error.code, message: error.message };
    await performEffects(context, admitted.run, [{ type: 'fail-run', failure }]);
    return { kind: 'done' };
  }
}

/** A message that is dropped since its run is suspended: its claim has nothing out until the run goes on, and the counts say so. */
async function noteIdle<Item, Result, Folded>(
  { runs, committer }: StepContext<Item, Result, Folded>,
  message: WorkMessage,
): Promise<void> {
  const run = await runs.get(message.runId);
  if (run?.status !== 'Suspended' || run.gen !== message.gen || run.epoch !== message.epoch) return;
  const { stage, shard, epoch, chunk } = message;
  await committer.commit(shardKeyOf(message, stage, shard), {
    run,
    event: { type: 'idle', message: { epoch, chunk } },
  });
}

/** The row that a message points at; or what becomes of a message that points at what isn't there. */
export async function readPointed<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: WorkMessage,
): Promise<{ readonly row: Versioned<Chunk<Item, Result>> } | { readonly handled: Handled }> {
  const { shard, chunk, stage, items = [] } = message;
  const row = await context.store.readChunk(shardKeyOf(message, stage, shard), chunk);
  if (row === null)
    return { handled: await refuse(context, message, `its run has no chunk ${chunk} in a shard ${shard}`) };
  const { first, items: held } = row.value;
  const foreign = items.find((index) => index < first || index >= first + held.length);
  if (foreign === undefined) return { row };
  return { handled: await refuse(context, message, `item ${foreign} is not of chunk ${chunk} of shard ${shard}`) };
}

/** Commits what a delivery brings and sends what follows. Without outcomes: finds done what is done, and repeats its own sends. */
async function recordOutcomes<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: WorkMessage,
  row: Versioned<Chunk<Item, Result>>,
  outcomes: ReadonlyMap<number, TryOutcome<Result>>,
  tries: ReadonlyMap<number, number>,
): Promise<Handled> {
  const { committer, runs, chance } = context;
  // The run may have moved on during the calls; a claim follows the row of this second.
  const run = await runs.get(message.runId);
  if (run === null || run.gen !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  const key = shardKeyOf(message, message.stage, message.shard);
  const committed = await committer.commit(key, {
    run,
    event: { type: 'record', message, outcomes, tries, chance: chance() },
    chunks: () => [message.chunk],
    known: new Map([[message.chunk, row]]),
  });
  if (committed === 'missing') return { kind: 'dropped', reason: 'shard-missing' };
  await performEffects(context, run, committed.effects, committed.rows);
  for (const { durationMs } of outcomes.values()) context.telemetry.measure('face.latency', durationMs);
  if (committed.dropped === undefined && outcomes.size > 0) {
    context.telemetry.count('items.rate', outcomes.size, { stage: message.stage });
  }
  return committed.dropped === undefined ? { kind: 'done' } : { kind: 'dropped', reason: 'old-epoch' };
}

/**
 * Tries the items under a signal that fires when the run ends meanwhile. Between two looks it may end and be rewound. The rewind sends the open items again,
 * and beside the calls of before that would be more than the window (I3). A resume ends no call: what its calls come to is recorded (I7).
 */
async function tryWatched<Item, Result, Folded>(
  { runs, log }: StepContext<Item, Result, Folded>,
  run: Run,
  { epoch }: WorkMessage,
  items: readonly WorkItem<Item>[],
  tryItems: TryItems<Item, Result>,
): Promise<ReadonlyMap<number, TryOutcome<Result>>> {
  const ended = new AbortController();
  const look = async () => {
    const current = await runs.get(run.runId);
    if (current === null || current.gen !== run.gen || isTerminal(current.status))
      ended.abort(new Error('the run has ended'));
    else if (current.reopenEpoch > epoch) ended.abort(new Error('the run has been rewound'));
  };
  let isTold = false;
  const watch = setInterval(() => {
    look().catch((error: unknown) => {
      if (isTold) return; // the same, twice a second
      isTold = true;
      log.warn('the run row could not be read while its items are tried; it is read again every half second', {
        runId: run.runId,
        error,
      });
    });
  }, WATCH_MS);
  try {
    return await tryItems(items, run, ended.signal);
  } finally {
    clearInterval(watch);
  }
}
