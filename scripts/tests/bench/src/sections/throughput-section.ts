import { type Bar, barsSvg } from '../charts/bars.ts';
import type { Throughput, TimedRun } from '../measurements/throughput.ts';
import { figure, goal, type Section, table } from '../page/section.ts';
import { median } from '../statistics.ts';

const RATIO = 0.6;
const NOTHING_PER_SECOND = 8_000;

export function throughputSection({ images, nothing }: Throughput): Section {
  const speed = ({ items, seconds }: TimedRun) => items / seconds;
  const bareSpeed = ({ items, bare }: Throughput['images'][number]) =>
    items / median(bare.map(({ seconds }) => seconds));
  const bars = images.flatMap((run): Bar[] => [
    { name: `${figure(run.items)}: bare loop`, value: bareSpeed(run) },
    { name: `${figure(run.items)}: Tally`, value: speed(run) },
  ]);
  const done = nothing.map((run): Bar => ({ name: `${figure(run.items)}: nothing done`, value: speed(run) }));
  const text = [
    'A Face endpoint that answers at once, one process of each app, all on this machine with the storage and the endpoint. The bare loop is one process that makes the same calls by the same client library, 32 at once, and does nothing else; it runs just before and just after each run.',
    '![throughput](throughput.svg)',
    table(
      [
        ...['images', 'Tally, images/s', 'slowest to fastest', 'bare loop, images/s', 'ratio', 'goal'],
        ...['first call after', 'ratio from then on'],
      ],
      images.map((run) => {
        const ratio = speed(run) / bareSpeed(run);
        return [
          figure(run.items),
          figure(speed(run)),
          range(run),
          figure(bareSpeed(run)),
          figure(ratio, 2),
          goal(ratio >= RATIO, `${RATIO}`),
          `${figure(run.untilFirst, 2)} s`,
          figure(run.items / (run.seconds - run.untilFirst) / bareSpeed(run), 2),
        ];
      }),
    ),
    'Of five runs of 10,000 and three of 100,000, each in a system of its own and in turn with the bare loop, the middle ones count. Before the first call intake stores all images, and detect has gone back to looks at its queue that are up to two seconds apart, which [the idle system](#the-idle-system) pays for. The bare loop is timed without such a start. A run of 10,000 also ends before Node has compiled all that runs often. A run of 100,000 is bounded by the CPU of detect, whose row below stands beside that of the bare loop, and by the two cores that it shares with the storage and the endpoint.',
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
        ...images.map((run) => cpuRow('images', run)),
        ...images.map(({ items, bare }) => {
          const ms = figure(median(bare.map(({ cpuMs }) => cpuMs)) / items, 3);
          return [`${figure(items)} images, bare loop`, '', ms, '', '', ms];
        }),
        ...nothing.map((run) => cpuRow('items, nothing done', run)),
      ],
    ),
  ];
  const cpu = [
    ...images.flatMap((run) => partsOf(run, `${figure(run.items)} images`)),
    ...nothing.flatMap((run) => partsOf(run, `${figure(run.items)}, nothing done`)),
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

/** Images a second of all runs. */
function range({ items, all }: Throughput['images'][number]): string {
  return `${figure(items / Math.max(...all))} to ${figure(items / Math.min(...all))}`;
}

function cpuRow(name: string, run: TimedRun): string[] {
  const parts = partsOf(run).map(({ value }) => value);
  return [`${figure(run.items)} ${name}`, ...[...parts, parts.reduce((a, b) => a + b)].map((ms) => figure(ms, 3))];
}

function partsOf({ items, cpuMs }: TimedRun, name = ''): Required<Bar>[] {
  const { intake, worker, aggregate, storage } = cpuMs;
  return Object.entries({ intake, worker, aggregate, storage }).map(([part, ms]) => ({
    name,
    part,
    value: ms / items,
  }));
}
