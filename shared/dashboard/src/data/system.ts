import type { ActivityBody, ChainBody, DeadLetter, ListedRun } from '@tally/api';
import { useEffect } from 'preact/hooks';
import { call } from './call.ts';
import { type Polled, usePolled } from './poll.ts';

/** How many messages lay in each queue at a look, by the queue's name. */
type Depths = Readonly<Record<string, number>>;

/** The whole of the system at one look, and how its queues were at the looks before. */
export interface SystemLook {
  readonly stages: ChainBody['stages'];
  readonly activity: ActivityBody;
  /** The oldest; there may be more. */
  readonly letters: readonly DeadLetter[];
  readonly hasMoreLetters: boolean;
  /** Among the newest failed runs. */
  readonly unreadable: readonly ListedRun[];
  /** The oldest first, the latest look last. */
  readonly depths: readonly Depths[];
}

const PAUSE_MS = 5_000;
/** While one looks at something else, where only the number of troubles is shown. */
const ASIDE_MS = 60_000;
const LETTERS = 100;
const FAILED_RUNS = 50;
const DEPTHS_KEPT = 12;

/** Looks at queues, workers, unfinished runs and dead letters, while something lives. @param isAside one looks at something else */
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

function isMoving({ activity, stages }: SystemLook): boolean {
  return activity.runs > 0 || stages.some(({ depth, poison }) => depth + poison > 0);
}

async function lookAtSystem(before: SystemLook | undefined, signal: AbortSignal): Promise<SystemLook> {
  const [chain, activity, letters, failed] = await Promise.all([
    call('getChain', { signal }),
    call('getActivity', { signal }),
    call('listDeadLetters', { query: { top: LETTERS }, signal }),
    call('listRuns', { query: { runtimeStatus: ['Failed'], showInput: false, top: FAILED_RUNS }, signal }),
  ]);
  const { stages } = chain.body;
  const depths = Object.fromEntries(stages.map(({ queue, depth }) => [queue, depth]));
  return {
    stages,
    activity: activity.body,
    letters: letters.body.deadLetters,
    hasMoreLetters: letters.body.continuationToken !== null,
    unreadable: failed.body.filter(({ chainVersion }) => chainVersion === null),
    depths: [...(before?.depths ?? []), depths].slice(-DEPTHS_KEPT),
  };
}
