import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { countByName } from '../system/counted.ts';
import { Passing } from '../system/passing.ts';
import { type Hops, runOnce } from './latency.ts';

const rowSchema = z.object({
  /** Seconds; null: as the apps' own settings say. */
  polling: z.number().nullable(),
  /** Storage requests a minute while nothing is done, by what is done to what. */
  queueRequests: z.number(),
  tableRequests: z.number(),
  byOperation: z.record(z.string(), z.number()),
  /** Milliseconds of a run of one image after a pause, each. */
  latenciesMs: z.array(z.number()),
});
export const idleSchema = z.object({ rows: z.array(rowSchema) });
export type Idle = z.infer<typeof idleSchema>;
type IdleRow = z.infer<typeof rowSchema>;

/** How many systems are looked at side by side: they do next to nothing. */
const SIDE_BY_SIDE = 3;

/** What a system costs in which nothing is done, and what a longer pause between two looks at a queue costs those who wait. */
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
  const seen = passing.all;
  const perMinute = (count: number) => Math.round((count * 600) / seconds) / 10;
  const counts = countByName(seen, ({ operation, target }) => `${operation} ${target}`);
  const isOfQueue = ({ operation }: (typeof seen)[number]) => /Message|Queue/.test(operation);
  const latenciesMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    // Not in step with the looks: each run comes at another moment between two of them.
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

/** From the first byte of the start until Completed. */
export function wholeMs({ start, toWorker, work, toAggregate, end }: Hops): number {
  return start + toWorker + work + toAggregate + end;
}

/** As host.json writes a length of time. */
function timeSpan(seconds: number): string {
  const whole = Math.floor(seconds);
  const milliseconds = Math.round((seconds - whole) * 1_000);
  return `00:00:${String(whole).padStart(2, '0')}.${String(milliseconds).padStart(3, '0')}`;
}
