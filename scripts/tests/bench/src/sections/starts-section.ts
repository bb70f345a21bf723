import type { Starts } from '../measurements/starts.ts';
import { figure, goal, type Section, table } from '../page/section.ts';
import { quantile } from '../statistics.ts';

export function startsSection(figures: Starts): Section {
  const { starts, items, sending, answering, latenciesMs, statuses, completing, completed } = figures;
  const answered = Object.entries(statuses).map(([status, count]) => `${figure(count)} times ${status}`);
  const text = [
    `${figure(starts)} runs of ${items} images each, whose starts are all sent before the first is answered for, to one process of each app.`,
    table(
      ['starts', 'sent in', 'answered in', 'p50', 'p95', 'answers', 'all completed in'],
      [
        [
          figure(starts),
          `${figure(sending, 1)} s`,
          `${figure(answering, 1)} s`,
          `${figure(quantile(latenciesMs, 0.5))} ms`,
          `${figure(quantile(latenciesMs, 0.95))} ms`,
          answered.join(', '),
          `${figure(completing, 1)} s`,
        ],
      ],
    ),
    "The storage emulator's queue service takes longer for each request the more messages it holds, and runs on one core: with 10,000 messages it is what all others wait for.",
    `All taken, and all completed: ${goal(completed === starts, `${figure(starts)}`)}.`,
  ];
  return { title: 'Many starts at once', text: text.join('\n\n'), plots: {} };
}
