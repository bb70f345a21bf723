import { barsSvg } from '../charts/bars.ts';
import type { PageFigures } from '../measurements/page.ts';
import { figure, goal, type Section, table } from '../page/section.ts';
import { quantile } from '../statistics.ts';

const MOST_MIB = 60;
const MOST_MS = 100;

export function pageSection(figures: PageFigures): Section {
  const { runs, items, runsSeen, itemsSeen, runsAtOnce, itemsAtOnce, heap, clicks } = figures;
  const mostMib = Math.max(...heap.map(({ most }) => most));
  const slowest = (name: string) => Math.max(...(clicks.find((click) => click.name === name)?.answersMs ?? []));
  const mostMs = Math.max(...clicks.map(({ name }) => slowest(name)));
  const text = [
    `The page in the system's Chromium, beside intake: a list of ${figure(runs)} runs, of which ${figure(runsSeen)} were scrolled through, and the items of a run of ${figure(items)}, of which ${figure(itemsSeen)} were. At most ${figure(runsAtOnce)} runs and ${figure(itemsAtOnce)} items were in memory.`,
    table(
      ['heap of the page', 'most, garbage included', 'after a collection'],
      heap.map(({ where, most, kept }) => [where, `${figure(most, 1)} MiB`, `${figure(kept, 1)} MiB`]),
    ),
    `Under ${MOST_MIB} MiB: ${goal(mostMib < MOST_MIB, `${figure(mostMib, 1)} MiB at most`)}.`,
    'From a click until the frame behind the one that shows its answer:',
    '![milliseconds until a click is answered](page.svg)',
    table(
      ['a click on', 'clicks', 'p50', 'slowest'],
      clicks.map(({ name, answersMs }) => [
        name,
        answersMs.length,
        `${figure(quantile(answersMs, 0.5))} ms`,
        `${figure(slowest(name))} ms`,
      ]),
    ),
    `Within ${MOST_MS} ms: ${goal(mostMs <= MOST_MS, `${figure(mostMs)} ms at most`)}.`,
  ];
  const bars = clicks.map(({ name, answersMs }) => ({ name, value: quantile(answersMs, 0.5) }));
  return {
    title: 'The page',
    text: text.join('\n\n'),
    plots: { page: barsSvg(bars, { label: 'milliseconds, p50', goal: MOST_MS, digits: 0, marginLeft: 190 }) },
  };
}
