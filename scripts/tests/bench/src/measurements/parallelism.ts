import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';

const rowSchema = z.object({
  /** What limits how many images are processed at once. */
  by: z.enum(['window', 'worker', 'workers']),
  atOnce: z.number(),
  items: z.number(),
  itemMs: z.number(),
  /** The most calls at once, as counted at the Face endpoint. */
  mostAtOnce: z.number(),
  /** Seconds from the first call to the last answer, as seen at the Face endpoint. */
  working: z.number(),
  /** Seconds from the start's first byte until the run's row says Completed. */
  whole: z.number(),
});
export const parallelismSchema = z.object({ rows: z.array(rowSchema) });
export type ParallelRun = z.infer<typeof rowSchema>;
export type Parallelism = z.infer<typeof parallelismSchema>;

type Bound = Pick<ParallelRun, 'by' | 'atOnce'> & { readonly workers: number };

const bounds: readonly Bound[] = [
  { by: 'window', atOnce: 1, workers: 1 },
  { by: 'window', atOnce: 2, workers: 1 },
  { by: 'window', atOnce: 10, workers: 1 },
  { by: 'worker', atOnce: 1, workers: 1 },
  { by: 'worker', atOnce: 2, workers: 1 },
  { by: 'worker', atOnce: 10, workers: 1 },
  { by: 'workers', atOnce: 8, workers: 4 },
];

/** How many seconds the run would take if only the images took time. */
export function idealSeconds({ items, itemMs, atOnce }: Pick<ParallelRun, 'items' | 'itemMs' | 'atOnce'>): number {
  return (Math.ceil(items / atOnce) * itemMs) / 1000;
}

/**
 * Measures images that take a second each. What limits how many run at once is the run's window, the worker's
 * own setting, or the setting of four workers.
 */
export async function measureParallelism(bench: Bench): Promise<Parallelism> {
  const size = byScale(bench, { full: { items: 100, itemMs: 1_000 }, small: { items: 20, itemMs: 200 } });
  const rows: ParallelRun[] = [];
  for (const bound of bounds) {
    const row = await runBounded(bound, size);
    const share = (100 * idealSeconds(row)) / row.working;
    bench.say(`${row.atOnce} at once by ${row.by}: ${share.toFixed(1)} % of ideal, ${row.mostAtOnce} at once at most`);
    rows.push(row);
  }
  return { rows };
}

async function runBounded(
  { by, atOnce, workers }: Bound,
  { items, itemMs }: Pick<ParallelRun, 'items' | 'itemMs'>,
): Promise<ParallelRun> {
  let firstAt: number | undefined;
  let lastAt = 0;
  const delayMs = () => {
    firstAt ??= performance.now();
    return itemMs;
  };
  const respond = () => {
    lastAt = performance.now();
    return { faces: [0.5] };
  };
  await using bed = await startBenchSystem({
    work: 'images',
    workers,
    face: { delayMs, respond },
    ...(by !== 'window' && { env: workerLimits(atOnce / workers) }),
  });
  const began = performance.now();
  await bed.view.untilCompleted(await bed.start(items, by === 'window' ? { window: atOnce } : {}), 50);
  const whole = (performance.now() - began) / 1000;
  const working = (lastAt - (firstAt ?? lastAt)) / 1000;
  return { by, atOnce, items, itemMs, mostAtOnce: bed.mostAtOnce(), working, whole };
}

/**
 * Limits the calls that a process makes at once, and its messages to as many. A process that takes more
 * messages keeps work from the others.
 */
function workerLimits(calls: number): Record<string, string> {
  const queues = 'AzureFunctionsJobHost__extensions__queues__';
  const batch = Math.ceil(calls / 2);
  return {
    TALLY_FACE_CONCURRENCY: String(calls),
    [`${queues}batchSize`]: String(batch),
    [`${queues}newBatchThreshold`]: String(calls - batch),
  };
}
