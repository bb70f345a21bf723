/** The statuses of a run, by the names that Durable Functions clients know. */
export const RUN_STATUSES = ['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The statuses of an item that is done with; a waiting or in-flight item has none. */
export const ITEM_STATUSES = ['succeeded', 'failed', 'aborted'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export type TerminalStatus = Extract<RunStatus, 'Completed' | 'Failed' | 'Terminated'>;

/** I5: nothing leaves one of these but a rewind or a restart. */
export function isTerminal(status: RunStatus): status is TerminalStatus {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}
