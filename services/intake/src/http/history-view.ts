import type { ChainDefinition } from '@tally/chain';
import type { RunRecords } from '@tally/run-state';

/** What of a run its timeline is told with. */
export interface HistoryView {
  /** Undefined: it isn't known here, and every node is taken for a task. */
  readonly chain?: ChainDefinition | undefined;
  /** Inputs and results of tasks stand there. */
  readonly records?: RunRecords | undefined;
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}
