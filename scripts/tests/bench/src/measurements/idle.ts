import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { countByName } from '../system/counted.ts';
import { Passing } from '../system/passing.ts';
import { type Hops, runOnce } from './latency.ts';

const rowSchema = z.object({
  /** In seconds. Null: the apps' own settings apply. */
  polling: z.number().nullable(),
  /** Storage requests a minute while no run is active, by operation and target. */
  queueRequests: z.number(),
  tableRequests: z.number(),
  byOperation: z.record(z.string(), z.number()),
  /** Milliseconds of each run of one image after a pause. */
  latenciesMs: z.array(z.number()),
});
export const idleSchema = z.object({ rows: z.array(rowSchema) });
export type Idle = z.infer<typeof idleSchema>;
type IdleRow = z.infer<typeof rowSchema>;

/** How many systems are measured side by side. This is possible because they are almost idle. */
const SIDE_BY_SIDE = 3;

/**
 * Measures what an idle system costs, and how much a longer pause between two polls of a queue delays a run.
 */
export async function measureIdle(bench: Bench): Promise<Idle> {
  const settings = byScale<readonly (number | null)[]>(bench, {
    full: [null, 0.5, 1, 2, 5, 10, 30],
    small: [null, 5],
  });
  const rows: IdleRow[] = [];
  for (let next = 0; next < settings.length; next += SIDE_BY_SIDE) {
    const group = settings.slice(next, next + SIDE_BY_SIDE);
    rows.push(...(await Promise.all(group.map((polling) => idleWith(bench, polling)))));
  }
  return { rows };
}

async function idleWith(bench: Bench, polling: number | null): Promise<IdleRow> {
  const { seconds, runs } = byScale(bench, { full: { seconds: 120, runs: 8 }, small: { seconds: 10, runs: 2 } });
  const passing = new Passing();
  await using bed = await startBenchSystem({
    work: 'images',
    proxy: passing.proxy,
    ...(polling !== null && { polling: timeSpan(polling) }),
  });
  for (let warming = 0; warming < 2; warming += 1) await runOnce(bed, passing, 1);
  const settleMs = 5_000 + 3_000 * (polling ?? 2);
  await sleep(settleMs);
  passing.clear();
  await sleep(seconds * 1_000);
  const seen = [...passing.all];
  const perMinute = (count: number) => Math.round((count * 600) / seconds) / 10;
  const counts = countByName(seen, ({ operation, target }) => `${operation} ${target}`);
  const isOfQueue = ({ operation }: (typeof seen)[number]) => /Message|Queue/.test(operation);
  const latenciesMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    // The pauses are not in step with the polls: each run starts at another moment between two polls.
    await sleep(settleMs + ((polling ?? 2) * 1_000 * run) / runs);
    latenciesMs.push(wholeMs(await runOnce(bed, passing, 1)));
  }
  bench.say(`looks at most every ${polling ?? 'own'} s: ${perMinute(seen.length)} requests a minute`);
  return {
    polling,
    queueRequests: perMinute(seen.filter(isOfQueue).length),
    tableRequests: perMinute(seen.filter((one) => !isOfQueue(one)).length),
    byOperation: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, perMinute(count)])),
    latenciesMs,
  };
}

/** Milliseconds from the first byte of the start until Completed. */
export function wholeMs({ start, toWorker, work, toAggregate, end }: Hops): number {
  return start + toWorker + work + toAggregate + end;
}

/** A duration in the format of host.json. */
function timeSpan(seconds: number): string {
  const whole = Math.floor(seconds);
  const milliseconds = Math.round((seconds - whole) * 1_000);
  return `00:00:${String(whole).padStart(2, '0')}.${String(milliseconds).padStart(3, '0')}`;
}
