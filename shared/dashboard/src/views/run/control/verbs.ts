import type { RunStatusBody } from '@tally/api';
import { call, type WrittenCall, writeCall } from '../../../data/call.ts';
import type { IconName } from '../../../parts/icons.tsx';
import { isLive } from '../../../parts/tones.ts';

export type VerbName = 'suspend' | 'resume' | 'terminate' | 'rewind' | 'restart' | 'purge';
type Status = Pick<RunStatusBody, 'runtimeStatus' | 'counts'>;

/** An action on a run. */
export interface Verb {
  readonly name: VerbName;
  readonly word: string;
  readonly icon: IconName;
  readonly isBad: boolean;
  readonly tells: string;
  readonly asksReason: boolean;
  readonly isPossible: (status: Status) => boolean;
  readonly written: (id: string, reason: string) => WrittenCall;
  /** @returns the id of the run to show next */
  readonly run: (id: string, reason: string) => Promise<string | null>;
}

const reasonOf = (reason: string) => (reason === '' ? {} : { query: { reason } });

function control(id: 'suspendRun' | 'resumeRun' | 'terminateRun' | 'rewindRun') {
  return {
    asksReason: true,
    written: (run: string, reason: string) => writeCall(id, { params: { id: run }, ...reasonOf(reason) }),
    run: async (run: string, reason: string) => {
      await call(id, { params: { id: run }, ...reasonOf(reason) });
      return run;
    },
  };
}

export const verbs: readonly Verb[] = [
  {
    ...{ name: 'suspend', word: 'Suspend', icon: 'pause', isBad: false },
    tells: 'Running work ends and is recorded; no new work begins until the resume.',
    isPossible: ({ runtimeStatus }) => runtimeStatus === 'Running' || runtimeStatus === 'Pending',
    ...control('suspendRun'),
  },
  {
    ...{ name: 'resume', word: 'Resume', icon: 'play', isBad: false },
    tells: 'It continues where it was suspended.',
    isPossible: ({ runtimeStatus }) => runtimeStatus === 'Suspended',
    ...control('resumeRun'),
  },
  {
    ...{ name: 'terminate', word: 'Terminate', icon: 'stop', isBad: true },
    tells: 'It ends at once. Calls in flight are aborted; items without a result count as aborted.',
    isPossible: ({ runtimeStatus }) => isLive(runtimeStatus),
    ...control('terminateRun'),
  },
  {
    ...{ name: 'rewind', word: 'Rewind', icon: 'rewind', isBad: false },
    tells: 'Failed parts are tried again, and the nodes behind them open again. Good results are kept.',
    isPossible: ({ runtimeStatus, counts }) =>
      runtimeStatus === 'Failed' || (runtimeStatus === 'Completed' && counts.failed > 0),
    ...control('rewindRun'),
  },
  {
    ...{ name: 'restart', word: 'Restart', icon: 'again', isBad: false },
    tells: 'Another run of the same input is started, under a new id.',
    asksReason: false,
    isPossible: () => true,
    written: (id) => writeCall('restartRun', { params: { id } }),
    run: async (id) => {
      const { body } = await call('restartRun', { params: { id } });
      return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : null;
    },
  },
  {
    ...{ name: 'purge', word: 'Purge', icon: 'trash', isBad: true },
    tells: 'All data of the run are deleted: its rows, its timeline, its files. This cannot be undone.',
    asksReason: false,
    isPossible: ({ runtimeStatus }) => !isLive(runtimeStatus),
    written: (id) => writeCall('purgeRun', { params: { id } }),
    run: async (id) => {
      await call('purgeRun', { params: { id } });
      return null;
    },
  },
];
