import { type Bar, barsSvg } from '../charts/bars.ts';
import { wholeMs } from '../measurements/idle.ts';
import type { Hops, Latency, LatencyRow } from '../measurements/latency.ts';
import { figure, type Section, table } from '../page/section.ts';
import { mean, quantile } from '../statistics.ts';

const hops: readonly { readonly hop: keyof Hops; readonly words: string }[] = [
  { hop: 'start', words: 'start' },
  { hop: 'toWorker', words: 'to worker' },
  { hop: 'work', words: 'work' },
  { hop: 'toAggregate', words: 'to aggregate' },
  { hop: 'end', words: 'end' },
];

export function latencySection({ rows }: Latency): Section {
  const text = [
    "From the first byte of the start until the run's row says Completed; what passes on the way is seen between the apps and the storage. Waiting for a look at a queue is by far the most of it after a pause: an empty queue is looked at ever less often, as [the idle system](#the-idle-system) shows.",
    '![latency, hop by hop](latency.svg)',
    table(
      ['images', 'nothing done before for', 'runs', 'p50', 'p95', ...hops.map(({ words }) => words)],
      rows.map((row) => {
        const whole = row.runs.map(wholeMs);
        return [
          row.items,
          row.pauseSeconds === 0 ? 'no time' : `${row.pauseSeconds} s`,
          row.runs.length,
          `${figure(quantile(whole, 0.5))} ms`,
          `${figure(quantile(whole, 0.95))} ms`,
          ...hops.map(({ hop }) => `${figure((100 * meanOf(row, hop)) / mean(whole))} %`),
        ];
      }),
    ),
    'The shares are those of the means: the start until its last message is in the queue, the wait for the worker, work and its commit, the wait for aggregate, and the end.',
  ];
  const bars = rows.flatMap((row) =>
    hops.map(({ hop, words }): Bar => ({ name: nameOf(row), part: words, value: meanOf(row, hop) })),
  );
  return {
    title: 'Latency of small runs',
    text: text.join('\n\n'),
    plots: { latency: barsSvg(bars, { label: 'milliseconds, mean' }) },
  };
}

function meanOf({ runs }: LatencyRow, hop: keyof Hops): number {
  return mean(runs.map((run) => run[hop]));
}

function nameOf({ items, pauseSeconds }: LatencyRow): string {
  const images = items === 1 ? '1 image' : `${items} images`;
  return pauseSeconds === 0 ? `${images}, busy` : `${images} after ${pauseSeconds} s`;
}
