import { isTerminal } from '@tally/contracts';
import { failureOverDeadline, quietUntil, type Run } from '@tally/run-state';
import type { LiveRow } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import { isBroken } from '../commit/unless-broken.ts';
import { Slots } from '../context/at-once.ts';
import type { StepContext } from '../context/context.ts';
import { passOverRows } from '../context/pass-over-rows.ts';
import { aggregateStage, chainOf } from '../context/registry.ts';
import { endBroken } from '../ending/end-broken.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { finishOff } from '../ending/follow-up.ts';
import { endUnwritten } from './end-unwritten.ts';
import { type Pass, PassLooks } from './pass-looks.ts';
import { repairRun } from './repair-run.ts';
import { reportPass } from './report-pass.ts';

/**
 * A run that was started or rewound less than this ago is left alone, because its caller is still at work.
 * That only saves work: no promise depends on it.
 */
const YOUNG_MS = 60_000;
/** A start that isn't done after this is given up. */
const INTERRUPTED_MS = 300_000;

/**
 * A pass begins no further run after this. It is well below the ten minutes after which the host ends the
 * pass, however long the last runs take.
 */
const BUDGET_MS = 120_000;
/**
 * Runs looked at at once, and shards looked at at once over all runs. A look is one or two reads, so their
 * time is mostly the storage's.
 */
const RUNS_AT_ONCE = 16;
const SHARDS_AT_ONCE = 16;

/** What a pass of the watchdog found. */
export interface WatchReport {
  readonly live: number;
  /** Runs in which something made no progress without the pass. */
  readonly repaired: number;
  /**
   * Runs that repair doesn't bring forward: one of their messages is still out after all repairs by whole
   * messages, or their pass failed.
   */
  readonly stuck: number;
  /** R8: runs of a chain or version that isn't known here, or with a task out that no worker serves. */
  readonly unserved: number;
  /** Runs whose pass failed, with the error. The next pass tries them again. */
  readonly failed: readonly { readonly runId: string; readonly error: unknown }[];
  /** Whether there was time for all runs that live. The next pass goes on with the others. */
  readonly isWhole: boolean;
}

/**
 * One pass of the watchdog over the runs with unfinished business. Whatever message was lost and whatever
 * process died, each run gets what it needs. Two passes at once do no harm: every write is conditional
 * (I8), and messages are permits (I2).
 */
export async function watchRuns(
  context: StepContext,
  { budgetMs = BUDGET_MS }: { readonly budgetMs?: number } = {},
): Promise<WatchReport> {
  const slots = new Slots(SHARDS_AT_ONCE);
  const pass: Pass = { looks: new PassLooks(context), slots, stuck: new Set(), unserved: new Set() };
  const failed: { runId: string; error: unknown }[] = [];
  let live = 0;
  let repaired = 0;
  // One run's error must not keep the others from what they need. The caller reports it.
  const work = async (row: LiveRow): Promise<void> => {
    live += 1;
    await context.heartbeat.beat(aggregateStage.name);
    try {
      if (await watchOrEnd(context, row, pass)) repaired += 1;
    } catch (error) {
      failed.push({ runId: row.runId, error });
    }
  };
  const isWhole = await passOverRows(context, {
    ...{ name: 'watchdog', work, budgetMs, atOnce: RUNS_AT_ONCE },
    list: (after) => context.store.listLive({ after }),
    placeOf: ({ place }) => place,
  });
  for (const { runId } of failed) pass.stuck.add(runId);
  const report = { live, repaired, stuck: pass.stuck.size, unserved: pass.unserved.size, failed, isWhole };
  await reportPass(context, report);
  return report;
}

/**
 * Looks after a run. A run with a row that has been broken for long is ended.
 * @returns whether anything had to be sent or ended
 */
async function watchOrEnd(context: StepContext, row: LiveRow, pass: Pass): Promise<boolean> {
  try {
    const isRepaired = await watchRun(context, row, pass);
    if (row.brokenPasses > 0) await context.store.noteLive(row, { brokenPasses: 0 });
    return isRepaired;
  } catch (error) {
    if (isBroken(error) && (await endBroken(context, row, error))) return true;
    throw error;
  }
}

/** @returns whether anything had to be sent or ended */
async function watchRun(context: StepContext, row: LiveRow, pass: Pass): Promise<boolean> {
  const now = context.now();
  if (now - row.touchedAt < YOUNG_MS || now < row.quietUntil) return false;
  const run = await context.runs.fresh(row.runId);
  if (run === null) {
    // A rewind that found its run purged left this row, and died.
    if (!row.forStart) await context.store.deleteLive(row);
    else if (now - row.touchedAt >= INTERRUPTED_MS) return await endUnwritten(context, row.runId);
    return false;
  }
  if (isTerminal(run.status)) {
    await finalizeRun(context, run);
    return false;
  }
  if (run.status === 'Pending') {
    if (now - run.createdAt < INTERRUPTED_MS) return false;
    return await endBy(context, run, { type: 'interrupt' });
  }
  if (chainOf(context.registry, run) === undefined) {
    pass.unserved.add(run.runId);
    return false;
  }
  const late = 'verdict' in run && run.verdict === null ? failureOverDeadline(run, now) : null;
  if (late !== null) return await endBy(context, run, { type: 'fail', failure: late });
  if (await repairRun(context, run, pass)) return true;
  const quiet = quietUntil(run, now);
  if (quiet !== null) await context.store.noteLive(row, { quietUntil: quiet });
  return false;
}

/** Ends a run, or gives the verdict that will end it, and does what that justifies. */
async function endBy(
  context: StepContext,
  run: Run,
  event: Extract<Parameters<typeof changeRun>[3], { type: 'interrupt' | 'fail' }>,
): Promise<boolean> {
  const ended = await changeRun(context, run.runId, run.generation, event);
  if (ended !== null) await finishOff(context, ended);
  return true;
}
