import { linesSvg } from '../charts/lines.ts';
import type { StorageRequests } from '../measurements/storage-requests.ts';
import { figure, goal, type Section, table } from '../page/section.ts';

/** The most accepted storage requests an image, by the number of images in the run. */
const GOALS: Readonly<Record<number, number>> = { 1000: 0.25, 10000: 0.15, 100000: 0.1 };

export function requestsSection({ rows }: StorageRequests): Section {
  const perImage = ({ requests, items }: StorageRequests['rows'][number]) => requests / items;
  const points = rows.map((row) => ({
    x: row.items,
    y: perImage(row),
    line: 'requests',
    text: figure(perImage(row), 3),
  }));
  const goals = Object.entries(GOALS).map(([items, most]) => ({ x: Number(items), y: most }));
  const operations = [...new Set(rows.flatMap(({ byOperation }) => Object.keys(byOperation)))].sort();
  const text = [
    'Counted at the wire, between the apps and the storage. What grows with time, whatever is done, is apart: looks at empty queues, the watchdog, notes of who is there. In the plot the triangles are the goals.',
    '![storage requests an image](requests.svg)',
    table(
      ['images', 'requests', 'an image', 'goal', "beside them: reads of the run's row", 'with time', 'in'],
      rows.map((row) => {
        const most = GOALS[row.items];
        return [
          figure(row.items),
          figure(row.requests),
          figure(perImage(row), 4),
          most === undefined ? '' : goal(perImage(row) <= most, `${most}`),
          figure(row.readsOfRun),
          figure(row.withTime),
          `${figure(row.seconds, 1)} s`,
        ];
      }),
    ),
    'By what is done to what:',
    table(
      ['operation', ...rows.map(({ items }) => figure(items))],
      operations.map((name) => [name, ...rows.map(({ byOperation }) => figure(byOperation[name] ?? 0))]),
    ),
  ];
  const plot = linesSvg(points, {
    x: 'images a run',
    y: 'storage requests an image',
    isLogX: true,
    isLogY: true,
    goals,
  });
  return { title: 'Storage requests an image', text: text.join('\n\n'), plots: { requests: plot } };
}
