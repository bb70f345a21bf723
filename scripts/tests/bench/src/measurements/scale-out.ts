import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { DETECT_AT_ONCE } from './at-once.ts';

const rowSchema = z.object({
  /** Number of detect processes. */
  processes: z.number(),
  items: z.number(),
  itemMs: z.number(),
  /** The most calls at once, as counted at the Face endpoint. */
  mostAtOnce: z.number(),
  /** Seconds from the first call to the last answer, as seen at the Face endpoint. */
  working: z.number(),
  /**
   * Answers a second during the second and third quarter of all answers. This excludes the beginning and the
   * end.
   */
  amid: z.number(),
});
/**
 * Figures for each number of processes: a run whose messages hold many images, and a run whose messages hold
 * one image.
 */
export const scaleOutSchema = z.object({ large: z.array(rowSchema), small: z.array(rowSchema) });
export type ScaledRun = z.infer<typeof rowSchema>;
export type ScaleOut = z.infer<typeof scaleOutSchema>;

/**
 * How many seconds the run would take if every process had all its calls in progress until the last image.
 */
export function idealScaledSeconds({ items, itemMs, processes }: ScaledRun): number {
  return (Math.ceil(items / (processes * DETECT_AT_ONCE)) * itemMs) / 1000;
}

/** The largest run whose messages hold one image each: the sizing allows no more. */
const SMALL_RUN = 48;

/**
 * Measures images that take a second each, with one, two and four processes of detect in their default
 * configuration.
 */
export async function measureScaleOut(bench: Bench): Promise<ScaleOut> {
  const { itemMs, each } = byScale(bench, { full: { itemMs: 1_000, each: 1_920 }, small: { itemMs: 200, each: 320 } });
  const rows: ScaleOut = { large: [], small: [] };
  for (const processes of [1, 2, 4]) {
    const large = await runScaled({ processes, items: each * processes, itemMs });
    const small = await runScaled({ processes, items: SMALL_RUN, itemMs });
    rows.large.push(large);
    rows.small.push(small);
    const share = ((100 * idealScaledSeconds(large)) / large.working).toFixed(1);
    const rate = Math.round(large.items / large.working);
    bench.say(
      `${processes}: ${rate} images/s, ${share} % of ideal; ${SMALL_RUN} images in ${small.working.toFixed(1)} s`,
    );
  }
  return rows;
}

async function runScaled({
  processes,
  items,
  itemMs,
}: Pick<ScaledRun, 'processes' | 'items' | 'itemMs'>): Promise<ScaledRun> {
  const ends: number[] = [];
  let firstAt: number | undefined;
  const delayMs = () => {
    firstAt ??= performance.now();
    return itemMs;
  };
  const respond = () => {
    ends.push(performance.now());
    return { faces: [0.5] };
  };
  await using bed = await startBenchSystem({ work: 'images', workers: processes, face: { delayMs, respond } });
  await bed.view.untilCompleted(await bed.start(items), 100);
  const atShare = (share: number) => ends[Math.ceil(share * ends.length) - 1] ?? 0;
  const working = (atShare(1) - (firstAt ?? 0)) / 1000;
  const amid = (1000 * ends.length) / 2 / (atShare(0.75) - atShare(0.25));
  return { processes, items, itemMs, mostAtOnce: bed.mostAtOnce(), working, amid };
}
