import type { ListedRun, RunNode } from '@tally/api';

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'idle' | 'todo';
export type RunStatus = ListedRun['runtimeStatus'];

const OF_STATUS: Readonly<Record<RunStatus, Tone>> = {
  Pending: 'wait',
  Running: 'busy',
  Suspended: 'wait',
  Completed: 'good',
  Failed: 'bad',
  Terminated: 'idle',
};

export function toneOfStatus(status: RunStatus): Tone {
  return OF_STATUS[status];
}

const LIVE: readonly RunStatus[] = ['Pending', 'Running', 'Suspended'];

export function isLive(status: RunStatus): boolean {
  return LIVE.includes(status);
}

/** The state of a node, as a word and a tone. */
export function standingOf({ state, outcome }: Pick<RunNode, 'state' | 'outcome'>): {
  readonly word: string;
  readonly tone: Tone;
} {
  switch (state) {
    case 'notDue':
      return { word: 'not due', tone: 'todo' };
    case 'out':
    case 'open':
      return { word: 'at work', tone: 'busy' };
    case 'waiting':
      return { word: 'waits', tone: 'wait' };
    case 'stopped':
      return { word: 'stopped', tone: 'idle' };
    case 'ended':
      return outcome === undefined ? { word: 'ended', tone: 'idle' } : OF_OUTCOME[outcome];
  }
}

const OF_OUTCOME = {
  succeeded: { word: 'done', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  timedOut: { word: 'timed out', tone: 'wait' },
  skipped: { word: 'skipped', tone: 'todo' },
} as const;
