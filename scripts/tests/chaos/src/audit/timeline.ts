type Status = 'none' | 'Pending' | 'Running' | 'Suspended' | 'ended';

/** The status of a run after each type of line, by the statuses in which the line may come. */
const moves: Readonly<Record<string, Readonly<Partial<Record<Status, Status>>>>> = {
  Started: { none: 'Pending' },
  Running: { Pending: 'Running' },
  Suspended: { Running: 'Suspended' },
  Resumed: { Suspended: 'Running' },
  ShardCounted: { Running: 'Running' },
  // Also while the run is suspended: work in progress ends, and a wait may time out.
  NodesMoved: { Running: 'Running', Suspended: 'Suspended' },
  VerdictGiven: { Running: 'Running', Suspended: 'Suspended' },
  WindowSet: { Pending: 'Pending', Running: 'Running', Suspended: 'Suspended' },
  Completed: { Running: 'ended' },
  // From none: the start was interrupted before its first line, and given up.
  Failed: { none: 'ended', Pending: 'ended', Running: 'ended', Suspended: 'ended' },
  Terminated: { Pending: 'ended', Running: 'ended', Suspended: 'ended' },
  Rewound: { ended: 'Running' },
};

/**
 * A fault in a timeline, or null. Every line must follow from the lines before it, and time must not run
 * backwards.
 */
export function timelineFault(lines: readonly { readonly time: string; readonly type: string }[]): string | null {
  let status: Status = 'none';
  let last = '';
  for (const { time, type } of lines) {
    const next: Status | undefined = moves[type]?.[status];
    if (next === undefined) return `${type} comes when the run is ${status}`;
    if (time < last) return `${type} of ${time} comes after ${last}`;
    status = next;
    last = time;
  }
  return status === 'ended' ? null : `it ends with the run ${status}`;
}
