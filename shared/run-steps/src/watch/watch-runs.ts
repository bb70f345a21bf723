import { queueOf } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import { failureOverDeadline, failureOverTolerance, hasTolerance, overdueClaims, type Run } from '@tally/run-state';
import { type LiveRow, ledgerPlace, MissingRowError, UnreadableRowError } from '@tally/run-store';
import { housekeepRun } from '../collect/housekeep-run.ts';
import { settleRun } from '../collect/settle-run.ts';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { isBroken } from '../commit/unless-broken.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { dispatchShard } from '../dispatch/dispatch-run.ts';
import { finishPurges } from '../purge/purge-run.ts';
import { retireLetters } from '../purge/retire-letters.ts';
import { retireRuns } from '../purge/retire-runs.ts';
import { forgetWorkers } from '../read/read-topology.ts';
import { endBroken } from './end-broken.ts';
import { endUnwritten } from './end-unwritten.ts';
import { reportPass } from './report-pass.ts';

/** A run that was started, or rewound, less than this ago is left alone: its caller is still at it. To save work; no promise rests on it. */
const YOUNG_MS = 60_000;
/** A start that isn't through after this is given up. */
const INTERRUPTED_MS = 300_000;

/** A pass comes every half minute; one in twenty looks for processes that are gone. */
const PASS_MS = 30_000;
const FORGET_EVERY_MS = 600_000;

/** What a pass of the watchdog found. */
export interface WatchReport {
  readonly live: number;
  /** Runs of which a shard made no progress that the pass had to help. */
  readonly repaired: number;
  /** Runs purged because their retention is over. */
  readonly retired: number;
  /** Runs that repair doesn't get on: a chunk of theirs is still out after all repairs by whole messages, or their pass failed. */
  readonly stuck: number;
  /** Runs whose pass failed, with the error; the next pass tries them again. */
  readonly failed: readonly { readonly runId: string; readonly error: unknown }[];
}

/**
 * One pass of the watchdog over all runs with unfinished business: whatever message was lost, whoever died, each run gets what it is owed.
 * Two passes at once do no harm: every write is conditional (I8), and messages are permits (I2).
 * @param retentionMs runs that ended longer ago are purged; absent: none
 */
export async function watchRuns<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  { retentionMs }: { readonly retentionMs?: number | undefined } = {},
): Promise<WatchReport> {
  await context.heartbeat.beat(context.chain.collect.name);
  const headInsertedAt = await context.queues.headInsertedAt(queueOf(context.chain.work));
  const stuck = new Set<string>();
  const failed: { runId: string; error: unknown }[] = [];
  // One run's trouble must not keep the others from what they are owed; the caller reports it.
  const onFailed = (runId: string, error: unknown) => failed.push({ runId, error });
  let live = 0;
  let repaired = 0;
  for await (const row of context.store.listLive()) {
    live += 1;
    try {
      if (await watchRun(context, row, headInsertedAt, stuck)) repaired += 1;
      if (row.brokenPasses > 0) await context.store.noteBroken(row, 0);
    } catch (error) {
      try {
        if (isBroken(error) && (await endBroken(context, row, error))) repaired += 1;
        else onFailed(row.runId, error);
      } catch (failure) {
        onFailed(row.runId, failure);
      }
    }
  }
  await finishPurges(context, onFailed);
  const retired = retentionMs === undefined ? 0 : await retireRuns(context, retentionMs, onFailed);
  // About once in ten minutes, whichever process has the timer.
  if (context.now() % FORGET_EVERY_MS < PASS_MS) {
    await forgetWorkers(context);
    if (retentionMs !== undefined) await retireLetters(context, retentionMs);
  }
  for (const { runId } of failed) stuck.add(runId);
  const report = { live, repaired, retired, stuck: stuck.size, failed };
  await reportPass(context, report);
  return report;
}

/** @returns whether anything had to be sent or ended */
async function watchRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  row: LiveRow,
  headInsertedAt: number | null,
  stuck: Set<string>,
): Promise<boolean> {
  const now = context.now();
  if (now - row.touchedAt < YOUNG_MS) return false;
  const run = await context.runs.fresh(row.runId);
  if (run === null) {
    // Left by a rewind that found its run purged, and died.
    if (!row.forStart) await context.store.deleteLive(row);
    else if (now - row.touchedAt >= INTERRUPTED_MS) return await endUnwritten(context, row.runId);
    return false;
  }
  if (isTerminal(run.status)) {
    await housekeepRun(context, run);
    return false;
  }
  if (run.status === 'Pending') {
    if (now - run.createdAt < INTERRUPTED_MS) return false;
    return await endBy(context, run, { type: 'interrupt' });
  }
  const late = failureOverDeadline(run, now);
  if (late !== null) return await endBy(context, run, { type: 'fail', failure: late });
  if (run.status === 'Suspended') return false;
  return await repairRun(context, run, headInsertedAt, stuck);
}

/** Repairs the shards that aren't counted; where all are, settles the run. */
async function repairRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  headInsertedAt: number | null,
  stuck: Set<string>,
): Promise<boolean> {
  if (run.counted.length === run.shards) {
    await settleRun(context, run);
    return true;
  }
  let failedItems = 0;
  let isRepaired = false;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const isCounted = run.counted.includes(shard);
    if (isCounted && !hasTolerance(run)) continue;
    const found = await repairShard(context, run, shard, headInsertedAt);
    failedItems += found.failed;
    isRepaired ||= found.isRepaired;
    if (found.isStuck) stuck.add(run.runId);
  }
  const failure = failureOverTolerance(run, failedItems);
  if (failure !== null) return await endBy(context, run, { type: 'fail', failure });
  return isRepaired;
}

async function repairShard<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  shard: number,
  headInsertedAt: number | null,
): Promise<{ failed: number; isRepaired: boolean; isStuck: boolean }> {
  const { chain, committer, chance, now } = context;
  const key = shardKeyOf(run, chain.work.name, shard);
  const committed = await committer.commit(key, {
    run,
    event: { type: 'repair', headInsertedAt, chance: chance() },
    // Some are recorded as given up, or sent item by item; all are read, so that a broken row is noticed and not sent again and again.
    chunks: (ledger) => overdueClaims(ledger, chain.repair, headInsertedAt, now()).map((entry) => entry.chunk),
    fresh: true,
  });
  // The ledgers of a run come before its status says Running.
  if (committed === 'missing') throw new MissingRowError(ledgerPlace(key));
  const ledger = committed.rows.ledger.value;
  if (ledger.epoch > run.epoch)
    throw new UnreadableRowError(ledgerPlace(key), 'epoch', `${ledger.epoch}, and its run is at ${run.epoch}`);
  if (ledger.closed && ledger.epoch === run.epoch)
    throw new UnreadableRowError(ledgerPlace(key), 'closed', 'true, and its run goes on');
  // Sent again whole as often as that happens, and still out: not a lost message, but something that repair doesn't mend.
  const isStuck = ledger.open.some((entry) => entry.sends >= chain.repair.wholeSends);
  if (ledger.epoch < run.epoch) {
    await dispatchShard(context, run, shard, chance().tok);
    return { failed: ledger.failed, isRepaired: true, isStuck };
  }
  await performEffects(context, run, committed.effects, committed.rows);
  return { failed: ledger.failed, isRepaired: committed.effects.length > 0, isStuck };
}

async function endBy<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  event: Extract<Parameters<typeof changeRun<Item, Result, Folded>>[3], { type: 'interrupt' | 'fail' }>,
): Promise<boolean> {
  const ended = await changeRun(context, run.runId, run.gen, event);
  if (ended !== null && isTerminal(ended.run.status)) await housekeepRun(context, ended.run);
  return true;
}
