import { barsSvg } from '../charts/bars.ts';
import { DETECT_AT_ONCE } from '../measurements/at-once.ts';
import { idealScaledSeconds, type ScaledRun, type ScaleOut } from '../measurements/scale-out.ts';
import { figure, type Section, table } from '../page/section.ts';

export function scaleOutSection({ large, small }: ScaleOut): Section {
  const share = (row: ScaledRun) => (100 * idealScaledSeconds(row)) / row.working;
  const nameOf = ({ processes }: ScaledRun) => (processes === 1 ? 'one process' : `${processes} processes`);
  const rows = (runs: readonly ScaledRun[]) =>
    table(
      ['detect', 'images', 'ideal', 'first call to last answer', 'of ideal', 'images/s', 'amid', 'at once at most'],
      runs.map((row) => [
        nameOf(row),
        figure(row.items),
        `${figure(idealScaledSeconds(row), 1)} s`,
        `${figure(row.working, 1)} s`,
        `${figure(share(row), 1)} %`,
        figure(row.items / row.working, 1),
        figure(row.amid, 1),
        row.mostAtOnce,
      ]),
    );
  const text = [
    `Images that take ${figure((large[0]?.itemMs ?? 0) / 1000, 1)} s each at the Face endpoint, with as many processes of detect as the table says, set up as they are by default: ${DETECT_AT_ONCE} calls out each. Ideal is that all of them are out until the last image. \`amid\` leaves out the first and the last quarter of the answers: what is missing there is the run's begin, and its end, when some processes have nothing left.`,
    '![images a second](scale-out.svg)',
    rows(large),
    'A run whose messages hold an image each:',
    rows(small),
  ];
  const bars = large.map((row) => ({ name: nameOf(row), value: row.items / row.working }));
  return {
    title: 'More processes',
    text: text.join('\n\n'),
    plots: { 'scale-out': barsSvg(bars, { label: 'images a second', digits: 1 }) },
  };
}
