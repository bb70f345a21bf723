import { isTerminal } from '@tally/contracts';
import { failureOverDeadline, quietUntil, type Run } from '@tally/run-state';
import type { LiveRow } from '@tally/run-store';
import { housekeepRun } from '../collect/housekeep-run.ts';
import { changeRun } from '../commit/change-run.ts';
import { finishOff } from '../commit/follow-up.ts';
import { isBroken } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { chainOf } from '../context/registry.ts';
import { finishPurges } from '../purge/purge-run.ts';
import { retireLetters } from '../purge/retire-letters.ts';
import { retireRuns } from '../purge/retire-runs.ts';
import { forgetWorkers } from '../read/read-topology.ts';
import { endBroken } from './end-broken.ts';
import { endUnwritten } from './end-unwritten.ts';
import { type Pass, PassLooks } from './pass-looks.ts';
import { repairRun } from './repair-run.ts';
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
  /** Runs of which something made no progress that the pass had to help. */
  readonly repaired: number;
  /** Runs purged because their retention is over. */
  readonly retired: number;
  /** Runs that repair doesn't get on: a message of theirs is still out after all repairs by whole messages, or their pass failed. */
  readonly stuck: number;
  /** R8: runs of a chain or version that nobody here knows, or with a task out that no worker serves. */
  readonly unserved: number;
  /** Runs whose pass failed, with the error; the next pass tries them again. */
  readonly failed: readonly { readonly runId: string; readonly error: unknown }[];
}

/**
 * One pass of the watchdog over all runs with unfinished business: whatever message was lost, whoever died, each run gets what it is owed.
 * Two passes at once do no harm: every write is conditional (I8), and messages are permits (I2).
 * @param retentionMs runs that ended longer ago are purged; absent: none
 */
export async function watchRuns(
  context: StepContext,
  { retentionMs }: { readonly retentionMs?: number | undefined } = {},
): Promise<WatchReport> {
  await context.heartbeat.beat('aggregate');
  const pass: Pass = { looks: new PassLooks(context), stuck: new Set(), unserved: new Set() };
  const failed: { runId: string; error: unknown }[] = [];
  // One run's trouble must not keep the others from what they are owed; the caller reports it.
  const onFailed = (runId: string, error: unknown) => failed.push({ runId, error });
  let live = 0;
  let repaired = 0;
  for await (const row of context.store.listLive()) {
    live += 1;
    try {
      if (await watchRun(context, row, pass)) repaired += 1;
      if (row.brokenPasses > 0) await context.store.noteLive(row, { brokenPasses: 0 });
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
  for (const { runId } of failed) pass.stuck.add(runId);
  const report = { live, repaired, retired, stuck: pass.stuck.size, unserved: pass.unserved.size, failed };
  await reportPass(context, report);
  return report;
}

/** @returns whether anything had to be sent or ended */
async function watchRun(context: StepContext, row: LiveRow, pass: Pass): Promise<boolean> {
  const now = context.now();
  if (now - row.touchedAt < YOUNG_MS || now < row.quietUntil) return false;
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

/** Ends a run, or gives the verdict that will, and does what that justifies. */
async function endBy(
  context: StepContext,
  run: Run,
  event: Extract<Parameters<typeof changeRun>[3], { type: 'interrupt' | 'fail' }>,
): Promise<boolean> {
  const ended = await changeRun(context, run.runId, run.gen, event);
  if (ended !== null) await finishOff(context, ended);
  return true;
}
