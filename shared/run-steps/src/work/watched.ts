import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/**
 * How often a worker checks during its work whether the work is still wanted. A termination reaches every call
 * within a second and a half, and within one on average.
 */
const WATCH_MS = 450;
/**
 * The watch reads a row that is this old, shortly before its second is over. So the commit after a call of a
 * second finds a row that is fresh enough, and does not wait for the read.
 */
const RENEW_MS = 850;

/**
 * Does work under a signal that fires when the work is not wanted any more: the run has ended meanwhile, or
 * was rewound. Between two looks it may end and be rewound. The rewind sends again what is open; together
 * with the earlier calls that would exceed the window (I3). A resume ends no call: the results of its calls
 * are recorded (I7).
 */
export async function watched<Value>(
  { runs, log }: StepContext,
  { runId, generation }: Run,
  isWanted: (current: Run) => boolean,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const isUnwanted = (current: Run | null) =>
    current === null || current.generation !== generation || !isWanted(current);
  const look = async () => {
    // I9: the row may have been read before this work was opened. A drop is decided on a fresh one.
    if (isUnwanted(await runs.get(runId, RENEW_MS)) && isUnwanted(await runs.fresh(runId)))
      over.abort(new Error('the run has ended or no longer needs this result'));
  };
  let isTold = false;
  const watch = setInterval(() => {
    look().catch((error: unknown) => {
      if (isTold) return; // the same, twice a second
      isTold = true;
      log.warn('the run row could not be read during its work; it is read again every half second', {
        runId,
        error,
      });
    });
  }, WATCH_MS);
  try {
    return await work(over.signal);
  } finally {
    clearInterval(watch);
  }
}
