import { durationSchema, isDurationWithin } from '@tally/chain';
import { UsageError } from '@tally/start';
import { InvalidArgumentError } from 'commander';

const LONGEST_MS = 60 * 60_000;

/**
 * What decides about an order's approval: a person at the keyboard, or the command line. `time-out`: no
 * answer comes.
 */
export type Decider = 'keyboard' | 'approve' | 'reject' | 'time-out';

/** The decision in the output of a run of the chain `orders`. */
export const expectedDecision = { approve: 'Approved', reject: 'Rejected', 'time-out': 'TimedOut' } as const;

export interface DecisionOptions {
  readonly approve?: true;
  readonly reject?: true;
  /** The time that the approver has. The approver doesn't answer. */
  readonly timeout?: string;
}

/** @throws UsageError when nothing is chosen and there is no keyboard to ask */
export function deciderOf({ approve, reject, timeout }: DecisionOptions, hasKeyboard: boolean): Decider {
  if (approve === true) return 'approve';
  if (reject === true) return 'reject';
  if (timeout !== undefined) return 'time-out';
  if (hasKeyboard) return 'keyboard';
  throw new UsageError('There is no keyboard to decide with: pass --approve, --reject or --timeout 5s.');
}

/** `5s`, `2m`: a duration short enough for a person to watch. */
export function parseTimeout(text: string): string {
  const duration = durationSchema.safeParse(text);
  if (duration.success && isDurationWithin(duration.data, 0, LONGEST_MS)) return text;
  throw new InvalidArgumentError('It must be a duration such as 5s or 2m, at most 1h.');
}
