import type { Faces } from '@tally/chains';
import type { WorkItem } from '@tally/contracts';
import type { TryOutcome } from '@tally/run-state';
import { AdaptiveLimit, type Caller } from './adaptive-limit.ts';
import { type DetectDependencies, detectImage } from './detect-image.ts';
import { createClient } from './face-client.ts';
import type { FaceSettings } from './face-settings.ts';
import { follow } from './follow.ts';
import { HostLimits } from './host-limits.ts';
import { systemTiming, type Timing } from './timing.ts';

export interface FaceCalls {
  /**
   * Sends every image of a chunk to the Face endpoint at once, as far as the process has places for calls.
   * Places are handed out in turn between the runs. An image that was under way or waiting when the signal
   * fired has no outcome. Nor has an image that was waiting when `until` fired.
   * @throws EndpointRefusesEmotionError: the run can't go on
   */
  readonly tryItems: (
    items: readonly WorkItem<string>[],
    caller: Caller & { readonly until: AbortSignal },
  ) => Promise<ReadonlyMap<number, TryOutcome<Faces>>>;
  /** Closes sockets and timers. Calls under way fail. */
  close(): void;
}

/**
 * The calls of this process to its Face endpoint. It is created once: all chunks share its sockets and its
 * limit.
 * @throws Error for settings that can't work
 */
export function createFaceCalls(settings: FaceSettings, timing: Timing = systemTiming): FaceCalls {
  const client = createClient(settings);
  const limit = new AdaptiveLimit(settings.concurrency, timing);
  const hosts = new HostLimits(settings.concurrency, timing);
  const dependencies: DetectDependencies = { client, settings, limit, hosts, timing };
  return {
    tryItems: async (items, { until, ...caller }) => {
      const outcomes = new Map<number, TryOutcome<Faces>>();
      // One refusal of the emotion attribute holds for all images of the chunk, so the others are stopped.
      using stop = follow(caller.signal);
      using wait = follow(stop.signal, until);
      const waiting = { ...caller, signal: wait.signal };
      const tries = items.map(async ({ index, input }) => {
        try {
          const outcome = await detectImage(input, dependencies, waiting, stop.signal);
          if (outcome !== undefined) outcomes.set(index, outcome);
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      });
      const [rejected] = (await Promise.allSettled(tries)).filter((settled) => settled.status === 'rejected');
      if (rejected !== undefined) throw rejected.reason;
      return outcomes;
    },
    close: () => {
      limit.close();
      hosts.close();
      client.close();
    },
  };
}
