/** The codes of the failures that Tally itself finds, of items, nodes and runs. */
export type TallyFailureCode =
  | 'AllItemsFailed'
  | 'ChainFunctionFailed'
  | 'ChildTerminated'
  | 'DeadlineExceeded'
  | 'EventInvalid'
  | 'Failed'
  | 'FailureToleranceExceeded'
  | 'FoldFailed'
  | 'HandlerFailed'
  | 'InputInvalid'
  | 'InputTooLarge'
  | 'IntakeInterrupted'
  | 'ItemsChanged'
  | 'ItemsInvalid'
  | 'NodeTimedOut'
  | 'OutputFailed'
  | 'Poisoned'
  | 'ResultInvalid'
  | 'ResultTooLarge'
  | 'RowMissing'
  | 'RowUnreadable'
  | 'Stopped'
  | 'TimedOut'
  | 'TryTimedOut';

/** A code to group failures by: one of Tally's own, or one that a handler or an endpoint brings. */
export type FailureCode = TallyFailureCode | (string & Record<never, never>);

/** A failure that Tally itself finds. */
export interface TallyFailure {
  readonly code: TallyFailureCode;
  /** For people. */
  readonly message: string;
}
