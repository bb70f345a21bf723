import { barsSvg } from '../charts/bars.ts';
import { idealSeconds, type Parallelism, type ParallelRun } from '../measurements/parallelism.ts';
import { figure, goal, type Section, table } from '../page/section.ts';

/** The lowest accepted percentage of the ideal, by how many images are processed at once. */
const GOALS: Readonly<Record<number, number>> = { 1: 99, 2: 99, 10: 96 };

const words: Readonly<Record<ParallelRun['by'], (atOnce: number) => string>> = {
  window: (atOnce) => `window ${atOnce}`,
  worker: (atOnce) => `one process of ${atOnce}`,
  workers: (atOnce) => `four processes of ${atOnce / 4}`,
};

export function parallelismSection({ rows }: Parallelism): Section {
  const nameOf = ({ by, atOnce }: ParallelRun) => words[by](atOnce);
  const share = (row: ParallelRun) => (100 * idealSeconds(row)) / row.working;
  const [first] = rows;
  const text = [
    `${first?.items ?? 0} images that take ${figure(first?.itemMs ?? 0)} ms each at the Face endpoint, so many at once by the run's window, or by what a process has out at once (\`TALLY_FACE_CONCURRENCY\`). How many were in work at once is counted at the endpoint.`,
    '![share of the ideal](parallelism.svg)',
    table(
      ['bound', 'ideal', 'first call to last answer', 'of ideal', 'goal', 'start to Completed', 'at once at most'],
      rows.map((row) => {
        const least = GOALS[row.atOnce];
        return [
          nameOf(row),
          `${figure(idealSeconds(row), 1)} s`,
          `${figure(row.working, 2)} s`,
          `${figure(share(row), 1)} %`,
          least === undefined ? '' : goal(share(row) >= least, `${least} %`),
          `${figure(row.whole, 2)} s`,
          row.mostAtOnce <= row.atOnce ? row.mostAtOnce : `**${row.mostAtOnce}, more than asked**`,
        ];
      }),
    ),
  ];
  const bars = rows.map((row) => ({ name: nameOf(row), value: share(row) }));
  return {
    title: 'So many at once, and no more',
    text: text.join('\n\n'),
    plots: { parallelism: barsSvg(bars, { label: 'per cent of the ideal', goal: 100, digits: 1 }) },
  };
}
