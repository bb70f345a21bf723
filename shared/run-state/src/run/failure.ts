import type { FailureCode } from '@tally/contracts';

/**
 * How many failed items a map node bears before it fails. If one of the two is given it alone decides.
 * Without both, a node without a good item fails.
 */
export interface Tolerance {
  readonly count?: number | undefined;
  /** 0 to 100, of all items. */
  readonly percentage?: number | undefined;
}

export interface RunFailure {
  readonly code: FailureCode;
  readonly message: string;
}
