import type { ChainDefinition } from '@tally/chain';
import type { RunRecords } from '@tally/run-state';

/** What the timeline of a run is built from. */
export interface HistoryView {
  /** Undefined: the chain isn't known here, and every node counts as a task. */
  readonly chain?: ChainDefinition | undefined;
  /** They contain inputs and results of tasks. */
  readonly records?: RunRecords | undefined;
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}
