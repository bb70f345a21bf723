/** The statuses of a run, with the names that Durable Functions clients know. */
export const RUN_STATUSES = ['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The statuses of an item that is done. A waiting or in-flight item has none. */
export const ITEM_STATUSES = ['succeeded', 'failed', 'aborted'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export type TerminalStatus = Extract<RunStatus, 'Completed' | 'Failed' | 'Terminated'>;

/** I5: only a rewind or a restart leaves one of these. */
export function isTerminal(status: RunStatus): status is TerminalStatus {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}
