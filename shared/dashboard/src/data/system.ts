import type { ActivityBody } from '@tally/api';
import { useEffect } from 'preact/hooks';
import { call } from './call.ts';
import { type Polled, usePolled } from './poll.ts';

/** Messages of each queue at a look, by the queue's name. */
type QueueLook = Readonly<Record<string, Pick<ActivityBody['stages'][number], 'depth' | 'visible'>>>;

/** The whole of the system at one look, and how its queues were at the looks before. */
export interface SystemLook {
  readonly activity: ActivityBody;
  readonly etag: string | null;
  /** The oldest first, the latest look last. */
  readonly queues: readonly QueueLook[];
}

const PAUSE_MS = 5_000;
/** While one looks at something else, where only the number of troubles is shown. */
const ASIDE_MS = 60_000;
const LOOKS_KEPT = 12;
/** Dead letters of a stage that are counted. */
const LETTERS_MAX = 100;

/** Looks at queues, workers and unfinished runs, while something lives. @param isAside one looks at something else */
export function useSystem(isAside: boolean): Polled<SystemLook> {
  const system = usePolled<SystemLook>('system', lookAtSystem, (look) => {
    if (!isMoving(look)) return null;
    return isAside ? ASIDE_MS : PAUSE_MS;
  });
  // Who turns to it sees what was known, and at once what is so now.
  useEffect(() => {
    if (!isAside) system.refresh();
  }, [isAside]);
  return system;
}

function isMoving({ activity: { runs, stages } }: SystemLook): boolean {
  return runs > 0 || stages.some(({ depth, poison }) => depth + poison > 0);
}

async function lookAtSystem(before: SystemLook | undefined, signal: AbortSignal): Promise<SystemLook> {
  const known = before?.etag ?? null;
  const answer = await call('getActivity', { signal, ...(known !== null && { headers: { 'if-none-match': known } }) });
  const activity = answer.status === 304 ? before?.activity : answer.body;
  if (activity === undefined) throw new Error('Unchanged since nothing was known.');
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
