import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Caller, KnownRun } from '../caller.ts';
import type { ChaosSystem } from '../chaos-system.ts';
import type { RawRow } from '../storage-view.ts';
import { type Account, type RecordedRun, readAccount, recordedRun } from './account.ts';
import { auditRun } from './audit-run.ts';

/**
 * Reads every row of a system at rest and reports what the rules forbid: for each run, and for rows that
 * belong to no run.
 */
export async function audit(system: ChaosSystem, caller: Caller): Promise<string[]> {
  const account = await readAccount(system.storage);
  const faults: string[] = [];
  for (const known of caller.runs) faults.push(...(await auditKnown(known, account, system, caller)));
  return [...faults, ...deadLetterFaults(account.deadLetters)];
}

async function auditKnown(known: KnownRun, account: Account, system: ChaosSystem, caller: Caller): Promise<string[]> {
  const { id } = known.plan;
  let recorded: RecordedRun | null;
  try {
    recorded = recordedRun(account, id);
  } catch (error) {
    return [`run ${id}: a row can't be read: ${String(error)}`];
  }
  if (recorded !== null)
    return [
      ...auditRun(known, recorded, system.recorder.effectsOf(id)),
      ...statusFaults(recorded, await caller.status(id)),
    ];
  const isGone = known.done.has('purge') || !known.isAcknowledged;
  return isGone ? [] : [`run ${id} was started with 202 but does not exist`];
}

const statusSchema = z.object({
  runtimeStatus: z.string(),
  output: z.unknown(),
  counts: z.object({ succeeded: z.number(), failed: z.number(), aborted: z.number() }).catchall(z.number()),
});

/** The status must match the rows. */
function statusFaults({ id, run }: RecordedRun, told: unknown): string[] {
  const status = statusSchema.safeParse(told);
  if (!status.success) return [`run ${id}: its status is ${JSON.stringify(told)}`];
  const { runtimeStatus, counts, output } = status.data;
  const { succeeded, failed, aborted } = counts;
  const faults: string[] = [];
  if (runtimeStatus !== run.status) faults.push(`the status says ${runtimeStatus}, the row ${run.status}`);
  if (!isDeepStrictEqual({ succeeded, failed, aborted }, run.housed)) faults.push(`the status has other counts`);
  if (run.status === 'Completed' && !isDeepStrictEqual(output, run.output))
    faults.push('the status has another output');
  return faults.map((fault) => `run ${id}: ${fault}`);
}

/** I6: a dead letter says what it is about, and why it was kept. */
function deadLetterFaults(rows: readonly RawRow[]): string[] {
  const letter = z.object({ reason: z.string().min(10), sourceQueue: z.string().min(1), body: z.string() });
  return rows.flatMap(({ rowKey, cells }) =>
    letter.safeParse(cells).success ? [] : [`dead letter ${rowKey} doesn't say what it is: ${JSON.stringify(cells)}`],
  );
}
