import { poisonQueueOf } from '@tally/contracts';
import type { StepContext } from '../context/context.ts';
import { stagesOf } from '../context/registry.ts';

/**
 * Reports what the watchdog has seen, as metrics. The depths cost a request a queue, so they are read only
 * where telemetry is on.
 */
export async function reportPass(
  { telemetry, queues, registry, log }: StepContext,
  { live, stuck, unserved }: { readonly live: number; readonly stuck: number; readonly unserved: number },
): Promise<void> {
  if (!telemetry.isOn()) return;
  telemetry.count('watchdog.heartbeat', 1);
  telemetry.measure('runs.live', live);
  telemetry.measure('runs.stuck', stuck);
  telemetry.measure('runs.unserved', unserved);
  const stages = stagesOf(registry);
  const depths = [
    ...stages.map((stage) => ({ metric: 'queue.depth', queue: stage.name }) as const),
    ...stages.map((stage) => ({ metric: 'queue.poison', queue: poisonQueueOf(stage.name) }) as const),
  ];
  await Promise.all(
    depths.map(async ({ metric, queue }) => {
      try {
        telemetry.measure(metric, await queues.depth(queue), { queue });
      } catch (error) {
        log.warn('the depth of a queue could not be read', { queue, error });
      }
    }),
  );
}
