type Status = 'none' | 'Pending' | 'Running' | 'Suspended' | 'ended';

/** What each line of a timeline makes of a run, by the status in which it may come. */
const moves: Readonly<Record<string, Readonly<Partial<Record<Status, Status>>>>> = {
  Started: { none: 'Pending' },
  Running: { Pending: 'Running' },
  Suspended: { Running: 'Suspended' },
  Resumed: { Suspended: 'Running' },
  ShardCounted: { Running: 'Running' },
  // While it is suspended too: what was under way ends, a wait's time comes.
  NodesMoved: { Running: 'Running', Suspended: 'Suspended' },
  VerdictGiven: { Running: 'Running', Suspended: 'Suspended' },
  WindowSet: { Pending: 'Pending', Running: 'Running', Suspended: 'Suspended' },
  Completed: { Running: 'ended' },
  // From none: the start was cut short before its first line, and given up.
  Failed: { none: 'ended', Pending: 'ended', Running: 'ended', Suspended: 'ended' },
  Terminated: { Pending: 'ended', Running: 'ended', Suspended: 'ended' },
  Rewound: { ended: 'Running' },
};

/** What is wrong with a timeline; null: every line follows from those before it, and time doesn't run backwards. */
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
