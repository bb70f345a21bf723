import { barsSvg } from '../charts/bars.ts';
import type { Million } from '../measurements/million.ts';
import { figure, type Section, table } from '../page/section.ts';

export function millionSection({ itemsARun, runs, peakMiB }: Million): Section {
  const total = itemsARun * runs.length;
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const text = [
    `${figure(total)} items that are not processed, as ${runs.length} runs of ${figure(itemsARun)}, one after another: ${figure(seconds)} s, ${figure(total / seconds)} items/s. At most ${figure(peakMiB.intake)} MiB in intake, ${figure(peakMiB.worker)} in the worker, ${figure(peakMiB.aggregate)} in aggregate.`,
    '![items a second, run by run](million.svg)',
    table(
      ['run', 'seconds', 'items/s', 'memory after it: intake', 'worker', 'aggregate'],
      runs.map((run, place) => [
        place + 1,
        figure(run.seconds, 1),
        figure(itemsARun / run.seconds),
        ...[run.residentMiB.intake, run.residentMiB.worker, run.residentMiB.aggregate].map(
          (mib) => `${figure(mib)} MiB`,
        ),
      ]),
    ),
  ];
  const bars = runs.map((run, place) => ({ name: `run ${place + 1}`, value: itemsARun / run.seconds }));
  return {
    title: total === 1_000_000 ? 'A million items' : `${figure(total)} items in several runs`,
    text: text.join('\n\n'),
    plots: { million: barsSvg(bars, { label: 'items a second', digits: 0, marginLeft: 70 }) },
  };
}
