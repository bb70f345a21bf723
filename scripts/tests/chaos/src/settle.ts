import { readAccount, statusesOf } from './audit/account.ts';
import type { Caller } from './caller.ts';
import type { ChaosSystem } from './chaos-system.ts';
import { PASS_MS } from './run-timers.ts';
import { readDepths, readTable } from './storage-view.ts';

/**
 * When no run lives, only hidden messages can be left. Most are hidden for the rest of their lease, those of
 * a gate's time-out for longer.
 */
const AFTERMATH_MS = 300_000;
/**
 * A run that lost every message is repaired within a few passes. A schedule's waits and deadlines are over
 * within twenty minutes. An item that is given up takes an hour.
 */
const PASSES = 240;
/** A message of an end may be lost or hidden. The watchdog's second pass at the latest does its work. */
const FINALIZE_PASSES = 5;

/**
 * Only lets time pass until every run has ended and no work is left: no message, no live row, no purge.
 * @returns what is still unfinished when it should have ended long ago; empty if all is at rest
 */
export async function settle(system: ChaosSystem, caller: Caller, note: (line: string) => void): Promise<string[]> {
  let left: string[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    if (!(await system.quiet())) return [`requests do not stop, ${system.requests} so far`];
    const statuses = statusesOf(await readTable(system.storage, 'runs'));
    // A suspended run waits for its caller forever, so the caller finally resumes it.
    const suspended = [...statuses].filter(([, status]) => status === 'Suspended');
    for (const [id] of suspended) await caller.resume(id);
    const business = [...livingRuns(statuses), ...(await openBusiness(system))];
    left = [...business, ...(await waitingMessages(system))];
    if (left.length === 0) {
      note(`at rest after ${pass} passes`);
      return [];
    }
    if (system.died.length > 0) return [];
    await system.passTime(business.length > 0 ? PASS_MS : AFTERMATH_MS);
  }
  return left.map((what) => `unfinished after ${PASSES} passes: ${what}`);
}

/**
 * Lets time pass until every run that has ended is finalized. Messages may be left: those of a dead process stay
 * hidden for the rest of their lease.
 * @returns what is still unfinished; empty if nothing is
 */
export async function finalizeAll(system: ChaosSystem): Promise<string[]> {
  for (let pass = 0; ; pass += 1) {
    if (!(await system.quiet())) return ['requests do not stop'];
    const business = await openBusiness(system);
    if (business.length === 0 || pass === FINALIZE_PASSES || system.died.length > 0) return business;
    await system.passTime(PASS_MS);
  }
}

/** Purges every run. After that no row of them may be left. */
export async function purgeAll(system: ChaosSystem, caller: Caller, note: (line: string) => void): Promise<string[]> {
  for (const { plan } of caller.runs) await caller.purge(plan.id);
  const rest = await settle(system, caller, note);
  const { runs, chunks, index } = await readAccount(system.storage);
  // The other partitions of the index hold days and processes.
  const ofRuns = index.filter(({ partitionKey }) => /^(live.*|purge|day:.*)$/.test(partitionKey));
  const left = [...runs, ...chunks, ...ofRuns].map(({ partitionKey, rowKey }) => `${partitionKey}/${rowKey}`);
  return [...rest, ...left.map((row) => `left after all runs were purged: ${row}`)];
}

function livingRuns(statuses: ReadonlyMap<string, string>): string[] {
  return [...statuses]
    .filter(([, status]) => !['Completed', 'Failed', 'Terminated'].includes(status))
    .map(([id, status]) => `run ${id} is ${status}`);
}

/** Rows of the index that record unfinished work. */
async function openBusiness(system: ChaosSystem): Promise<string[]> {
  return (await readTable(system.storage, 'index'))
    .filter(({ partitionKey }) => partitionKey.startsWith('live') || partitionKey === 'purge')
    .map(({ partitionKey, rowKey }) => `row ${partitionKey}/${rowKey} of the index`);
}

async function waitingMessages(system: ChaosSystem): Promise<string[]> {
  return [...(await readDepths(system.storage))]
    .filter(([, depth]) => depth > 0)
    .map(([queue, depth]) => `${depth} messages in ${queue}`);
}
