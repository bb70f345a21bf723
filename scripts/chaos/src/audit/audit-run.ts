import { isDeepStrictEqual } from 'node:util';
import { happinessOf } from '@tally/testing';
import { z } from 'zod';
import type { KnownRun } from '../caller.ts';
import { isBroken } from '../schedule.ts';
import type { RecordedItem, RecordedRun, RecordedShard } from './account.ts';
import { expectedOutput } from './expected-output.ts';
import { timelineFault } from './timeline.ts';

/** What is wrong with a run that has come to rest; nothing where all is well. */
export function auditRun(known: KnownRun, recorded: RecordedRun): string[] {
  const items = recorded.shards.flatMap((shard) => shard.items);
  const faults = [
    ...itemFaults(known, recorded, items),
    ...recorded.shards.flatMap((shard) => shardFaults(shard, recorded)),
    ...countFaults(recorded, items),
    ...endFaults(known, recorded, items),
    ...recorded.strays.map((partition) => `I8: rows of an older generation are left: ${partition}`),
  ];
  if (recorded.run.purgedTime !== undefined) faults.push('its purge was begun and never ended');
  const disorder = timelineFault(recorded.timeline);
  if (disorder !== null) faults.push(`the timeline is not in order: ${disorder}`);
  // One that was given up before its first line has none.
  if (recorded.run.total > 0 && recorded.dayRows.length !== 1)
    faults.push(`it has ${recorded.dayRows.length} lines in the listing: ${recorded.dayRows.join()}`);
  return faults.map((fault) => `run ${recorded.id} (${recorded.run.status}): ${fault}`);
}

/** I1, I6: every item is there once, with a result that the Face endpoint can have given. */
function itemFaults(
  { plan }: KnownRun,
  { run, shards, timeline }: RecordedRun,
  items: readonly RecordedItem[],
): string[] {
  const faults: string[] = [];
  const order = items.map(({ index }) => index).toSorted((a, b) => a - b);
  if (new Set(order).size !== order.length) faults.push('I1: an item is there twice');
  // One that ended before it was Running, by its caller or because its start was cut short, has some shards' rows, or none.
  if (hasRun(timeline)) {
    if (shards.length !== run.shards) faults.push(`${shards.length} shards of ${run.shards} have rows`);
    if (!isDeepStrictEqual(order, [...plan.urls.keys()])) faults.push("I1: its rows don't hold each item");
  }
  for (const item of items) {
    const fault = itemFault(plan.urls[item.index], item);
    if (fault !== null) faults.push(`item ${item.index}: ${fault}`);
  }
  return faults;
}

/** Whether all its rows were there before it ended. */
function hasRun(timeline: RecordedRun['timeline']): boolean {
  return timeline.some(({ type }) => type === 'Running');
}

function itemFault(url: string | undefined, { url: recorded, outcome }: RecordedItem): string | null {
  if (url !== recorded) return `it is ${recorded}, not ${url}`;
  if (outcome === null) return null;
  if (outcome.status === 'failed') {
    const { code } = outcome.error;
    const isRight = code === 'InvalidImage' ? isBroken(url) : code === 'Poisoned' || isTransient(code);
    return isRight ? null : `it failed with ${code}`;
  }
  const [face, ...more] = outcome.result.faces;
  const isSeen = !isBroken(url) && face?.happiness === happinessOf(url) && more.length === 0;
  return isSeen ? null : `its result ${JSON.stringify(outcome.result)} is not what the endpoint has seen`;
}

/** What the faults of the endpoint end as, when three attempts of three calls have met them. */
function isTransient(code: string): boolean {
  return /^(TooManyRequests|FaceUnavailable|FaceTimeout|InvalidResponse)$/.test(code);
}

/**
 * I1: a ledger counts what its chunks hold, and I5: it is closed. Where the start was so slow that the run had ended before a ledger was there, the start closes it; if it
 * died before it could, the ledger stays as it was inserted, and as nothing was ever sent for it, without a result.
 */
function shardFaults({ number, ledger, items }: RecordedShard, { run, timeline }: RecordedRun): string[] {
  const succeeded = items.filter(({ outcome }) => outcome?.status === 'succeeded');
  const failed = items.filter(({ outcome }) => outcome?.status === 'failed');
  const faces = succeeded.map(({ url }) => happinessOf(url));
  const direct = {
    ...{ succeeded: succeeded.length, failed: failed.length, count: items.length },
    ...{ faces: faces.length, noFace: 0 },
    sumMillionths: faces.reduce((sum, value) => sum + Math.round(value * 1e6), 0),
  };
  const { faces: counted, noFace, sumMillionths } = ledger.fold;
  const told = {
    ...{ succeeded: ledger.succeeded, failed: ledger.failed, count: ledger.count },
    ...{ faces: counted, noFace, sumMillionths },
  };
  const faults: string[] = [];
  if (!isDeepStrictEqual(direct, told))
    faults.push(`I1: ledger ${number} says ${JSON.stringify(told)}, its chunks hold ${JSON.stringify(direct)}`);
  const isLate = !hasRun(timeline) && direct.succeeded + direct.failed === 0;
  if (!ledger.closed && !isLate) faults.push(`I5: ledger ${number} is not closed`);
  if (run.status === 'Completed' && (ledger.todo !== '' || ledger.open.length > 0))
    faults.push(`ledger ${number} has work left`);
  return faults;
}

/** The final counts are those of the rows, and what has no result counts as aborted (I6). */
function countFaults({ run, markers, shards }: RecordedRun, items: readonly RecordedItem[]): string[] {
  const succeeded = items.filter(({ outcome }) => outcome?.status === 'succeeded').length;
  const failed = items.filter(({ outcome }) => outcome?.status === 'failed').length;
  const direct = { succeeded, failed, aborted: run.total - succeeded - failed };
  const faults: string[] = [];
  if (!isDeepStrictEqual(run.housed, direct))
    faults.push(`I1: its row counts ${JSON.stringify(run.housed)}, its chunks hold ${JSON.stringify(direct)}`);
  if (run.status === 'Completed' && direct.aborted > 0) faults.push(`I6: ${direct.aborted} items have no result`);
  if (run.status === 'Completed' && markers.length !== shards.length)
    faults.push(`${markers.length} of ${shards.length} shards have a marker`);
  return faults;
}

const outputSchema = z.looseObject({
  failures: z.array(z.object({ code: z.string(), count: z.number() })),
});

/** The run ended in a way that somebody has asked for, with the result of a direct computation. */
function endFaults(
  { plan, done, isAcknowledged, isStartUnclear }: KnownRun,
  { run }: RecordedRun,
  items: readonly RecordedItem[],
): string[] {
  if (run.status === 'Terminated') return done.has('terminate') ? [] : ['nobody has terminated it'];
  if (run.status === 'Completed') {
    const output = outputSchema.parse(run.output);
    const expected = expectedOutput(run.total, items);
    const wrong = Object.entries(expected).filter(([name, value]) => !isDeepStrictEqual(output[name], value));
    return wrong.map(
      ([name, value]) => `I1: ${name} is ${JSON.stringify(output[name])}, and not ${JSON.stringify(value)}`,
    );
  }
  const { code = 'none' } = run.error ?? {};
  const mayEndSo: Readonly<Record<string, boolean>> = {
    IntakeInterrupted: isStartUnclear || !isAcknowledged,
    FailureToleranceExceeded: plan.options.toleratedFailureCount !== undefined,
    DeadlineExceeded: plan.deadlineMs !== null,
    Rejected: done.has('reject'),
    GateTimeout: plan.options.approval?.onTimeout === 'fail',
    AllItemsFailed:
      plan.options.toleratedFailureCount === undefined && items.every(({ outcome }) => outcome?.status === 'failed'),
  };
  return mayEndSo[code] === true ? [] : [`it failed with ${code}, for which there is no reason`];
}
