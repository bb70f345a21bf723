import { durationSchema, isDurationWithin } from '@tally/chain';
import { UsageError } from '@tally/start';
import { InvalidArgumentError } from 'commander';

const LONGEST_MS = 60 * 60_000;

/** How an order's approval goes: as somebody at the keyboard says, or as the command line does; `time-out`: nobody says anything. */
export type Decider = 'keyboard' | 'approve' | 'reject' | 'time-out';

/** What a run of the chain `orders` says of its decision. */
export const expectedDecision = { approve: 'Approved', reject: 'Rejected', 'time-out': 'TimedOut' } as const;

export interface DecisionOptions {
  readonly approve?: true;
  readonly reject?: true;
  /** The approver has so long, and doesn't answer. */
  readonly timeout?: string;
}

/** @throws UsageError where nothing is chosen and there is no keyboard to ask */
export function deciderOf({ approve, reject, timeout }: DecisionOptions, hasKeyboard: boolean): Decider {
  if (approve === true) return 'approve';
  if (reject === true) return 'reject';
  if (timeout !== undefined) return 'time-out';
  if (hasKeyboard) return 'keyboard';
  throw new UsageError('Nobody can press a key here: say --approve, --reject or --timeout 5s.');
}

/** `5s`, `2m`: a duration that somebody watches. */
export function parseTimeout(text: string): string {
  const duration = durationSchema.safeParse(text);
  if (duration.success && isDurationWithin(duration.data, 0, LONGEST_MS)) return text;
  throw new InvalidArgumentError('It must be a duration such as 5s or 2m, at most 1h.');
}
