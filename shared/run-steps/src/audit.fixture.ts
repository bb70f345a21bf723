import { isTerminal } from '@tally/contracts';
import { expect } from 'vitest';
import { type MemorySystem, squares } from './memory-system.fixture.ts';
import { watchRuns } from './watch-runs.ts';

/** Lets time pass in the watchdog's half minutes, with everything delivered in between, until the run has ended and is cleaned up. */
export async function runToEnd(system: MemorySystem, runId = 'run'): Promise<void> {
  for (let pass = 0; pass < 400; pass += 1) {
    await system.deliverAll();
    const row = await system.worker().store.readRun(runId);
    const isLive = (await system.worker().store.readLive(runId)) !== null;
    if (row !== null && isTerminal(row.value.status) && !isLive) return;
    await pass30Seconds(system);
  }
  throw new Error('the run does not end');
}

export async function pass30Seconds(system: MemorySystem): Promise<void> {
  system.clock += 30_000;
  const report = await watchRuns(system.worker());
  for (const { error } of report.failed) throw error;
}

/** I1, I6: every item of the run has exactly one result, and every count and fold is what the results add up to. */
export async function audit(system: MemorySystem, runId = 'run') {
  const { store } = system.worker();
  const run = (await store.readRun(runId))?.value;
  if (run === undefined || !isTerminal(run.status) || !('housed' in run)) throw new Error(`run ${runId} has not ended`);
  const totals = { succeeded: 0, failed: 0, open: 0, sum: 0 };
  const seen = new Set<number>();
  for (let shard = 0; shard < run.shards; shard += 1) {
    const key = { runId, gen: run.gen, stage: squares.work.name, shard };
    const ledger = (await store.readLedger(key))?.value;
    if (ledger === undefined) continue;
    const counts = { succeeded: 0, failed: 0, sum: 0 };
    for await (const { value } of store.listChunks(key)) {
      for (const [place, outcome] of value.outcomes.entries()) {
        seen.add(value.first + place);
        if (outcome === null) totals.open += 1;
        else if (outcome.status === 'failed') counts.failed += 1;
        else {
          counts.succeeded += 1;
          counts.sum += outcome.result;
        }
      }
    }
    // I1: the ledger counts what the chunk rows hold, once.
    expect({ succeeded: ledger.succeeded, failed: ledger.failed, sum: ledger.fold.sum }).toEqual(counts);
    expect(ledger).toMatchObject({ closed: true, owed: [] });
    totals.succeeded += counts.succeeded;
    totals.failed += counts.failed;
    totals.sum += counts.sum;
  }
  expect(seen.size).toBe(run.total);
  expect(run.housed).toEqual({ succeeded: totals.succeeded, failed: totals.failed, aborted: totals.open });
  if (run.status === 'Completed') {
    expect(totals.open).toBe(0);
    expect(run.output).toEqual({ sum: totals.sum, succeeded: totals.succeeded, failed: totals.failed });
  }
  expect(await store.readLive(runId)).toBeNull();
  return { run, ...totals };
}

/** The sum of the squares below `count`. */
export function sumOfSquares(count: number): number {
  return Array.from({ length: count }, (_, index) => index * index).reduce((sum, square) => sum + square, 0);
}
