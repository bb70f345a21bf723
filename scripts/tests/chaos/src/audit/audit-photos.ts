import { isDeepStrictEqual } from 'node:util';
import { happinessOf } from '@tally/testing';
import * as z from 'zod';
import { isBroken, type PlannedPhotos } from '../plans.ts';
import type { RecordedRun } from './account.ts';
import { expectedOutput } from './expected-output.ts';
import type { RecordedItem, RecordedShard } from './recorded-shard.ts';

/** Faults in the items of a run of face-happiness, in their counts and in their totals. */
export function photoFaults(plan: PlannedPhotos, recorded: RecordedRun): string[] {
  const items = recorded.shards.flatMap((shard) => shard.items);
  return [
    ...itemFaults(plan, recorded, items),
    ...recorded.shards.flatMap((shard) => shardFaults(shard, recorded)),
    ...countFaults(recorded, items),
    ...outputFaults(recorded, items),
  ];
}

/** Whether the run may fail because of its items' failures. */
export function haveAllFailed(plan: PlannedPhotos, { shards }: RecordedRun): boolean {
  const items = shards.flatMap((shard) => shard.items);
  return plan.options.toleratedFailureCount === undefined && items.every(({ outcome }) => outcome?.status === 'failed');
}

/** I1, I6: every item exists once, with a result that the Face endpoint can have given. */
function itemFaults(
  plan: PlannedPhotos,
  { run, shards, timeline }: RecordedRun,
  items: readonly RecordedItem[],
): string[] {
  const faults: string[] = [];
  const order = items.map(({ index }) => index).toSorted((a, b) => a - b);
  if (new Set(order).size !== order.length) faults.push('I1: an item is there twice');
  // A run may end before it is Running, because its caller ended it or its start was interrupted. Then only
  // some of its shards have rows, or none.
  if (hasRun(timeline)) {
    const wanted = run.nodes['detect']?.map?.shards;
    if (shards.length !== wanted) faults.push(`${shards.length} shards of ${wanted} have rows`);
    if (!isDeepStrictEqual(order, [...plan.urls.keys()])) faults.push("I1: its rows don't hold each item");
  }
  for (const item of items) {
    const fault = itemFault(plan.urls[item.index], item);
    if (fault !== null) faults.push(`item ${item.index}: ${fault}`);
  }
  return faults;
}

/** Whether all its rows existed before the run ended. */
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

/** The codes that result from faults of the endpoint, after three attempts of three calls each. */
function isTransient(code: string): boolean {
  return /^(TooManyRequests|FaceUnavailable|FaceTimeout|InvalidResponse)$/.test(code);
}

/**
 * I1: a ledger counts what its chunks hold. I5: it is closed. If the start was so slow that the run ended
 * before a ledger was inserted, the start closes that ledger. If the start died before it could, the ledger
 * stays as it was inserted. Nothing was ever sent for such a ledger, so it has no result.
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

/** The final counts are those of the rows, and an item without a result counts as aborted (I6). */
function countFaults({ run, summaries, shards }: RecordedRun, items: readonly RecordedItem[]): string[] {
  const succeeded = items.filter(({ outcome }) => outcome?.status === 'succeeded').length;
  const failed = items.filter(({ outcome }) => outcome?.status === 'failed').length;
  const direct = { succeeded, failed, aborted: totalOf(run) - succeeded - failed };
  const faults: string[] = [];
  if (!isDeepStrictEqual(run.housed, direct))
    faults.push(`I1: its row counts ${JSON.stringify(run.housed)}, its chunks hold ${JSON.stringify(direct)}`);
  if (run.status === 'Completed' && direct.aborted > 0) faults.push(`I6: ${direct.aborted} items have no result`);
  if (run.status === 'Completed' && summaries.length !== shards.length)
    faults.push(`${summaries.length} of ${shards.length} shards have a summary`);
  return faults;
}

const outputSchema = z.looseObject({
  failures: z.array(z.object({ code: z.string(), count: z.number() })),
});

function outputFaults({ run }: RecordedRun, items: readonly RecordedItem[]): string[] {
  if (run.status !== 'Completed') return [];
  const output = outputSchema.parse(run.output);
  const expected = expectedOutput(totalOf(run), items);
  const wrong = Object.entries(expected).filter(([name, value]) => !isDeepStrictEqual(output[name], value));
  return wrong.map(
    ([name, value]) => `I1: ${name} is ${JSON.stringify(output[name])}, and not ${JSON.stringify(value)}`,
  );
}

/** Number of images, by the plan of the map's round. */
function totalOf({ nodes }: RecordedRun['run']): number {
  return nodes['detect']?.map?.total ?? 0;
}
