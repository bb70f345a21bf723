import { type Bar, barsSvg } from '../charts/bars.ts';
import type { Throughput, TimedRun } from '../measurements/throughput.ts';
import { figure, goal, type Section, table } from '../page/section.ts';

const RATIO = 0.6;
const NOTHING_PER_SECOND = 8_000;

export function throughputSection({ images, nothing }: Throughput): Section {
  const speed = ({ items, seconds }: TimedRun) => items / seconds;
  const bareSpeed = ({ items, bare }: Throughput['images'][number]) => items / bare.seconds;
  const bars = images.flatMap((run): Bar[] => [
    { name: `${nameOf(run)}: bare`, value: bareSpeed(run) },
    { name: `${nameOf(run)}: Tally`, value: speed(run) },
  ]);
  const done = nothing.map((run): Bar => ({ name: nothingOf(run), value: speed(run) }));
  const text = [
    'A Face endpoint that answers at once, one process of each app, all on this machine with the storage and the endpoint. The bare loop is one process that makes the same calls by the same client library, 32 at once, and does nothing else; it runs just before and just after each run. Before what is timed, both have worked on as many images as the second column says: after 2,000 Node has compiled the calls, but neither the commits, of which each chunk has one, nor the start; after 20,000 it has compiled what runs often.',
    '![throughput](throughput.svg)',
    table(
      [
        ...['images', 'after', 'Tally, images/s', 'bare loop, images/s', 'ratio', 'goal', 'of all runs'],
        ...['first call after', 'ratio from then on'],
      ],
      images.map((run) => {
        const ratio = speed(run) / bareSpeed(run);
        return [
          figure(run.items),
          figure(run.warmUp),
          figure(speed(run)),
          figure(bareSpeed(run)),
          figure(ratio, 2),
          goal(ratio >= RATIO, `${RATIO}`),
          `${figure(Math.min(...run.ratios), 2)} to ${figure(Math.max(...run.ratios), 2)}`,
          `${figure(run.untilFirst, 2)} s`,
          figure(run.items / (run.seconds - run.untilFirst) / bareSpeed(run), 2),
        ];
      }),
    ),
    'Of eleven runs of 10,000 and three of 100,000, each in a system of its own, the one with the middle ratio counts. The endpoint does as little as it can, because it runs on the two cores too; a real one would take nothing of them. A run begins when the one before it has just ended, as on a system at work; what a pause adds is part of [the latency](#latency-of-small-runs). Before the first call intake stores all images, and detect has to look at its queue, which it does more and more seldom while there is nothing. That makes most of the difference between runs. The bare loop is timed without a start.',
    'A chain whose handler does nothing, in chunks as large as a row may hold, 100 items: what is left is what Tally and the storage emulator take, the storage being on the same cores.',
    table(
      ['items', 'items/s', 'goal'],
      nothing.map((run) => [
        figure(run.items),
        figure(speed(run)),
        run.items < 100_000 ? '' : goal(speed(run) >= NOTHING_PER_SECOND, figure(NOTHING_PER_SECOND)),
      ]),
    ),
    'CPU an item, in milliseconds of a core:',
    '![CPU an item](cpu.svg)',
    table(
      ['run', 'intake', 'worker', 'aggregate', 'storage emulator', 'together'],
      [
        ...images.map((run) => cpuRow(nameOf(run), run)),
        ...images.map((run) => {
          const ms = figure(run.bare.cpuMs / run.items, 3);
          return [`${nameOf(run)}, bare loop`, '', ms, '', '', ms];
        }),
        ...nothing.map((run) => cpuRow(nothingOf(run), run)),
      ],
    ),
  ];
  const cpu = [
    ...images.flatMap((run) => partsOf(run, nameOf(run))),
    ...nothing.flatMap((run) => partsOf(run, nothingOf(run))),
  ];
  return {
    title: 'Throughput',
    text: text.join('\n\n'),
    plots: {
      throughput: barsSvg([...bars, ...done], { label: 'items a second', digits: 0 }),
      cpu: barsSvg(cpu, { label: 'milliseconds of a core an item' }),
    },
  };
}

function nameOf({ items, warmUp }: Throughput['images'][number]): string {
  return `${figure(items)} after ${figure(warmUp)}`;
}

function nothingOf({ items }: TimedRun): string {
  return `${figure(items)}, nothing done`;
}

function cpuRow(name: string, run: TimedRun): string[] {
  const parts = partsOf(run).map(({ value }) => value);
  return [name, ...[...parts, parts.reduce((a, b) => a + b)].map((ms) => figure(ms, 3))];
}

function partsOf({ items, cpuMs }: TimedRun, name = ''): Required<Bar>[] {
  const { intake, worker, aggregate, storage } = cpuMs;
  return Object.entries({ intake, worker, aggregate, storage }).map(([part, ms]) => ({
    name,
    part,
    value: ms / items,
  }));
}
