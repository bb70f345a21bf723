import { linesSvg, type Point } from '../charts/lines.ts';
import type { Memory } from '../measurements/memory.ts';
import { figure, type Section, table } from '../page/section.ts';

const apps = ['intake', 'worker', 'aggregate'] as const;
const nameOf = { intake: 'intake', worker: 'detect', aggregate: 'aggregate' };

export function memorySection({ runs }: Memory): Section {
  const text = [
    'Runs of images one after another in one system. The heap is what is in use of it after the run, its garbage collected; the peak is the most that the process has had until then, its host included.',
    '![heap after each run](memory.svg)',
    table(
      ['after a run of', ...apps.flatMap((app) => [`${nameOf[app]}: heap`, 'peak'])],
      runs.map((run) => [
        figure(run.items),
        ...apps.flatMap((app) => [`${figure(run[app].heapMiB, 1)} MiB`, `${figure(run[app].peakMiB)} MiB`]),
      ]),
    ),
  ];
  const imagesUntil = (place: number) => runs.slice(0, place + 1).reduce((sum, { items }) => sum + items, 0);
  const points = runs.flatMap((run, place) =>
    apps.map((app): Point => ({ x: imagesUntil(place), y: run[app].heapMiB, line: nameOf[app] })),
  );
  return {
    title: 'Memory',
    text: text.join('\n\n'),
    plots: { memory: linesSvg(points, { x: 'images so far', y: 'heap in use, MiB' }) },
  };
}
