import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { usageOf } from '../system/process-usage.ts';
import { timeRun } from './throughput.ts';

const peaksSchema = z.object({ intake: z.number(), worker: z.number(), aggregate: z.number() });
export const millionSchema = z.object({
  itemsARun: z.number(),
  /** Seconds of each run. All runs follow one another in one system. */
  runs: z.array(z.object({ seconds: z.number(), residentMiB: peaksSchema })),
  peakMiB: peaksSchema,
});
export type Million = z.infer<typeof millionSchema>;

/** Measures a million items with a handler that does nothing, in runs of the maximum size. */
export async function measureMillion(bench: Bench): Promise<Million> {
  const { itemsARun, runs } = byScale(bench, {
    full: { itemsARun: 200_000, runs: 5 },
    small: { itemsARun: 2_000, runs: 2 },
  });
  await using bed = await startBenchSystem({ work: 'nothing' });
  const memory = (of: 'peakMiB' | 'residentMiB') => {
    const most = (pids: readonly number[]) => Math.max(...pids.map((pid) => usageOf(pid)[of]));
    return { intake: most(bed.pids.intake), worker: most(bed.pids.worker), aggregate: most(bed.pids.aggregate) };
  };
  const taken: Million['runs'] = [];
  for (let run = 0; run < runs; run += 1) {
    const { seconds } = await timeRun(bed, itemsARun);
    bench.say(`run ${run + 1} of ${runs}: ${Math.round(itemsARun / seconds)} items/s`);
    taken.push({ seconds, residentMiB: memory('residentMiB') });
  }
  return { itemsARun, runs: taken, peakMiB: memory('peakMiB') };
}
