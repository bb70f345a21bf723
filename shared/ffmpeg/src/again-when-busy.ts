import { BusyError } from './one-at-a-time.ts';

/** About as long as a short command takes. */
const PAUSE = '10s';

/**
 * Where ffmpeg is busy for long with what came before, the task asks to be called again: that uses up no try, and no time of one. Else several long films at
 * once would time each other out.
 */
export function againWhenBusy<Work extends { readonly again: (after: typeof PAUSE) => Again }, Result, Again>(
  handler: (work: Work) => Promise<Result>,
): (work: Work) => Promise<Result | Again> {
  return async (work) => {
    try {
      return await handler(work);
    } catch (error) {
      if (error instanceof BusyError) return work.again(PAUSE);
      throw error;
    }
  };
}
