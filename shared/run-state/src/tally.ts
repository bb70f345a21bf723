import type { ItemError } from '@tally/contracts';
import type { FailureTally } from './ledger.ts';

/** Counts one more failed item under its code; the example is the lowest item number met. */
export function addFailure(failures: readonly FailureTally[], index: number, error: ItemError): FailureTally[] {
  const one: FailureTally = { code: error.code, count: 1, example: { index, message: error.message } };
  return mergeFailures(failures, [one]);
}

/** Adds two tallies up, ordered by code so that the order of arrival can't be seen in the output. */
export function mergeFailures(left: readonly FailureTally[], right: readonly FailureTally[]): FailureTally[] {
  const byCode = new Map(left.map((tally) => [tally.code, tally]));
  for (const tally of right) {
    const met = byCode.get(tally.code);
    byCode.set(tally.code, met === undefined ? tally : join(met, tally));
  }
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function join(left: FailureTally, right: FailureTally): FailureTally {
  const example = left.example.index <= right.example.index ? left.example : right.example;
  return { code: left.code, count: left.count + right.count, example };
}

/** Takes failed items of a code off again (a rewind opens them). A code without items leaves the tally. */
export function removeFailure(failures: readonly FailureTally[], code: string): FailureTally[] {
  return failures.flatMap((tally) => {
    if (tally.code !== code) return [tally];
    return tally.count > 1 ? [{ ...tally, count: tally.count - 1 }] : [];
  });
}
