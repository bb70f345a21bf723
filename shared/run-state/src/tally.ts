import type { ItemError } from '@tally/contracts';
import type { FailureTally } from './ledger.ts';

/**
 * Most codes that a tally tells apart. Codes come from the endpoint, and a ledger has only so much room. The
 * first ones in their order are kept, and all others go into one. So the order in which items fail or shards
 * are merged doesn't matter.
 */
export const MAX_CODES = 50;
export const OTHER_CODES = 'Other';

/** Counts one more failed item under its code; the example is the lowest item number seen. */
export function addFailure(failures: readonly FailureTally[], index: number, error: ItemError): FailureTally[] {
  const one: FailureTally = { code: error.code, count: 1, example: { index, message: error.message } };
  return mergeFailures(failures, [one]);
}

/**
 * Adds up two tallies. They are ordered by code, so that the output doesn't show the order of arrival. The
 * one of all other codes comes last.
 */
export function mergeFailures(left: readonly FailureTally[], right: readonly FailureTally[]): FailureTally[] {
  const byCode = new Map<string, FailureTally>();
  for (const tally of [...left, ...right]) {
    const met = byCode.get(tally.code);
    byCode.set(tally.code, met === undefined ? tally : join(met, tally));
  }
  const met = byCode.get(OTHER_CODES);
  byCode.delete(OTHER_CODES);
  const told = [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  const [first, ...more] = [...(met === undefined ? [] : [met]), ...told.slice(MAX_CODES)];
  const kept = told.slice(0, MAX_CODES);
  return first === undefined ? kept : [...kept, more.reduce(join, { ...first, code: OTHER_CODES })];
}

function join(left: FailureTally, right: FailureTally): FailureTally {
  const example = left.example.index <= right.example.index ? left.example : right.example;
  return { code: left.code, count: left.count + right.count, example };
}

/**
 * Takes a failed item of a code off again (a rewind opens it): off its own tally, or off that of all other
 * codes. A code without items leaves the tally.
 */
export function removeFailure(failures: readonly FailureTally[], code: string): FailureTally[] {
  const of = failures.some((tally) => tally.code === code) ? code : OTHER_CODES;
  return failures.flatMap((tally) => {
    if (tally.code !== of) return [tally];
    return tally.count > 1 ? [{ ...tally, count: tally.count - 1 }] : [];
  });
}
