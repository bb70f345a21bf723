import { createdAtOf, generationOf, isTerminal } from '@tally/contracts';
import type { RunIn } from '@tally/run-state';
import { type BrokenRowError, ConflictError, type LiveRow, type UnreadableRun } from '@tally/run-store';
import { housekeepRun } from '../collect/housekeep-run.ts';
import { changeRun } from '../commit/change-run.ts';
import { unlessBroken } from '../commit/unless-broken.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';

/** A run of which a row is broken in this many passes in a row is ended: two minutes, in which somebody may put the row right. */
const BROKEN_PASSES = 4;

/** A run whose shards can't be counted has as many as there may be: all that it may have left behind is deleted with it. */
const MOST_SHARDS = 64;

/**
 * A pass has found a row of the run broken: ends the run where that is so for long (I6), and else notes it.
 * @returns whether the run was ended
 */
export async function endBroken<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  live: LiveRow,
  error: BrokenRowError,
): Promise<boolean> {
  const passes = live.brokenPasses + 1;
  if (passes < BROKEN_PASSES) {
    await context.store.noteBroken(live, passes);
    return false;
  }
  const run = await context.store.lookAtRun(live.runId);
  if (run === null) return false;
  if ('error' in run) return await endUnreadable(context, live.runId, run);
  const { runId, gen, status } = run.value;
  if (isTerminal(status)) return false;
  const failure = { code: error.code, message: error.message };
  const ended = await changeRun(context, runId, gen, { type: 'fail', failure });
  if (ended !== null && isTerminal(ended.run.status)) await housekeepRun(context, ended.run);
  return true;
}

/**
 * Puts a Failed run, with all that is known, in the place of a run row that can't be read. I8: as it was read, so a row that was put right meanwhile stays.
 * @returns false where the row isn't the one that was read any more
 * @throws UnreadableRowError where a newer Tally has written the row: to that one it may say more
 */
export async function endUnreadable<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  unreadable: UnreadableRun,
): Promise<boolean> {
  const { error, etag } = unreadable;
  if (error.isNewer || isOfNewerChain(context, unreadable)) throw error;
  const run = await failedRunOf(context, runId, unreadable);
  const history = [{ at: run.endedAt, type: 'Failed', detail: { ...run.error } }];
  try {
    await context.store.writeRun({ value: { gen: run.gen }, etag }, { run, history });
  } catch (conflict) {
    if (conflict instanceof ConflictError) return false;
    throw conflict;
  }
  await housekeepRun(context, run);
  return true;
}

function isOfNewerChain<Item, Result, Folded>(
  { chain }: StepContext<Item, Result, Folded>,
  { chainVersion = chain.version }: UnreadableRun,
): boolean {
  return chainVersion > chain.version;
}

async function failedRunOf<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  known: UnreadableRun,
): Promise<RunIn<'Failed'>> {
  const { chain, now } = context;
  const at = Math.max(now(), (known.updatedAt ?? 0) + 1);
  const gen = known.gen ?? generationOf(at);
  const shards = known.shards ?? MOST_SHARDS;
  const epoch = known.epoch ?? (await highestEpoch(context, { runId, gen, shards }));
  const { code, message } = known.error;
  return {
    ...{ runId, gen, name: known.name ?? chain.name, chainVersion: known.chainVersion ?? chain.version },
    ...{ epoch: epoch + 1, reopenEpoch: 0, total: known.total ?? 0, shards },
    ...{ chunkItems: known.chunkItems ?? 1, window: known.window ?? 1, counted: [] },
    ...{ options: known.options ?? { tolerance: {} }, createdAt: known.createdAt ?? createdAtOf(gen), updatedAt: at },
    ...{ input: known.input ?? null, customStatus: null, traceparent: known.traceparent },
    ...{ status: 'Failed', endedAt: at, housed: null, error: { code, message } },
  };
}

/** A ledger never is of a later epoch than its run. */
async function highestEpoch<Item, Result, Folded>(
  { store, chain }: StepContext<Item, Result, Folded>,
  run: { readonly runId: string; readonly gen: string; readonly shards: number },
): Promise<number> {
  let highest = 1;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const ledger = await unlessBroken(() => store.readLedger(shardKeyOf(run, chain.work.name, shard)));
    highest = Math.max(highest, ledger?.value.epoch ?? 0);
  }
  return highest;
}
