import { BusyError } from './one-at-a-time.ts';

/** About the length of a short command. */
const PAUSE = '10s';

/**
 * If ffmpeg stays busy with earlier commands for long, the task asks to be called again. That uses up no try
 * and no time of a try. Otherwise several long films at once would make each other time out.
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
