import type { Json } from '@tally/contracts';

export interface Failure {
  /** A stable code to group by. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/**
 * The outcome of a node. `notReached`: only closing nodes see this, for a node that had no outcome when the
 * verdict stood.
 */
export type Outcome<T = Json> =
  | { readonly status: 'succeeded'; readonly output: T }
  | { readonly status: 'failed'; readonly error: Failure }
  | { readonly status: 'timedOut' }
  | { readonly status: 'skipped' }
  | { readonly status: 'notReached' };

/** The run itself. `startedAt` (ISO 8601) is the only clock that a callback may use. */
export interface RunView<Input = Json> {
  readonly id: string;
  readonly input: Input;
  readonly startedAt: string;
}

/** How the run ends, whatever its closing nodes do. */
export type Verdict =
  | { readonly status: 'completed' }
  /** `node` is absent if no node caused the failure: a deadline, or the function that makes the output. */
  | ({ readonly status: 'failed'; readonly node?: string } & Failure);

/**
 * Names that no node may have, because callbacks see something else under them. Every object has the last
 * one.
 */
export const TAKEN_NAMES = ['run', 'verdict', 'constructor'] as const;

/**
 * What a callback gets, frozen: the run, and the outcome of every node before its own under that node's name.
 * Closing nodes also see the verdict.
 */
export interface Seen {
  readonly run: RunView;
  readonly verdict?: Verdict;
  readonly [node: string]: RunView | Verdict | Outcome | undefined;
}

/** What a map gives to the nodes behind it. */
export interface MapOutput<Folded = Json> {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly {
    readonly code: string;
    readonly count: number;
    readonly example: { readonly index: number; readonly message: string };
  }[];
  readonly fold: Folded;
}
