import type { ActivityBody } from '@tally/api';
import { useEffect } from 'preact/hooks';
import { call } from './call.ts';
import { ifChanged, unchanged } from './if-changed.ts';
import { type Polled, usePolled } from './poll.ts';

/** Messages of each queue at one poll, by the queue's name. */
type QueueLook = Readonly<Record<string, Pick<ActivityBody['stages'][number], 'depth' | 'visible'>>>;

/** The system at one poll, with the queues of earlier polls. */
export interface SystemLook {
  readonly activity: ActivityBody;
  readonly etag: string | null;
  /** The oldest first, the latest last. */
  readonly queues: readonly QueueLook[];
}

const PAUSE_MS = 5_000;
/** While another view is shown, which only needs the number of troubles. */
const ASIDE_MS = 60_000;
const LOOKS_KEPT = 12;
/** Maximum number of dead letters of a stage that are counted. */
const LETTERS_MAX = 100;

/** Polls queues, workers and unfinished runs while something is live. @param isAside another view is shown */
export function useSystem(isAside: boolean): Polled<SystemLook> {
  const system = usePolled<SystemLook>('system', lookAtSystem, (look) => {
    if (!isMoving(look)) return null;
    return isAside ? ASIDE_MS : PAUSE_MS;
  });
  // A user who opens the view sees the known values first, and the current ones at once after that.
  useEffect(() => {
    if (!isAside) system.refresh();
  }, [isAside]);
  return system;
}

function isMoving({ activity: { runs, stages } }: SystemLook): boolean {
  return runs > 0 || stages.some(({ depth, poison }) => depth + poison > 0);
}

async function lookAtSystem(before: SystemLook | undefined, signal: AbortSignal): Promise<SystemLook> {
  const answer = await call('getActivity', { signal, ...ifChanged(before) });
  const activity = answer.status === 304 ? unchanged(before).activity : answer.body;
  const queues = Object.fromEntries(activity.stages.map(({ queue, depth, visible }) => [queue, { depth, visible }]));
  return {
    activity,
    etag: answer.headers.get('etag'),
    queues: [...(before?.queues ?? []), queues].slice(-LOOKS_KEPT),
  };
}

export function lettersText(count: number): string {
  return count >= LETTERS_MAX ? `${LETTERS_MAX}+` : String(count);
}
