import { barsSvg } from '../charts/bars.ts';
import type { FanIn } from '../measurements/fan-in.ts';
import { figure, type Section, table } from '../page/section.ts';

export function fanInSection({ rows }: FanIn): Section {
  const perThousand = ({ conflicts, commits }: FanIn['rows'][number]) => (1_000 * conflicts) / commits;
  const text = [
    'Processes that record results of one shard at the same moment meet at the ETag of its ledger: the later one decides again on what it reads. Seen through a proxy, which slows the run down.',
    '![conflicts](fan-in.svg)',
    table(
      ['processes', 'images', 'commits', 'refused, in a thousand', 'last results to Completed', 'in'],
      rows.map((row) => [
        row.workers,
        figure(row.items),
        figure(row.commits),
        figure(perThousand(row)),
        `${figure(row.lastToCompletedMs)} ms`,
        `${figure(row.seconds, 1)} s`,
      ]),
    ),
  ];
  const bars = rows.map((row) => ({
    name: row.workers === 1 ? '1 process' : `${row.workers} processes`,
    value: perThousand(row),
  }));
  return {
    title: 'Fan-in',
    text: text.join('\n\n'),
    plots: { 'fan-in': barsSvg(bars, { label: 'refused commits in a thousand', digits: 0, marginLeft: 90 }) },
  };
}
