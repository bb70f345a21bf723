import { type Bar, barsSvg } from '../charts/bars.ts';
import type { ColdStart } from '../measurements/cold-start.ts';
import { figure, type Section, table } from '../page/section.ts';
import { quantile } from '../statistics.ts';

export function coldStartSection({ rows }: ColdStart): Section {
  const p50 = (seconds: readonly number[]) => quantile(seconds, 0.5);
  const text = [
    "From the start of the process until it serves, under the local host. Cold: nothing is kept of earlier starts but the system's cache of files. Warm: Node has kept what it compiled. The face service serves before its models are loaded.",
    '![start of each app](cold-start.svg)',
    table(
      ['app', 'cold, p50', 'warm, p50'],
      rows.map(({ app, coldSeconds, warmSeconds }) => [
        app,
        `${figure(p50(coldSeconds), 2)} s`,
        `${figure(p50(warmSeconds), 2)} s`,
      ]),
    ),
  ];
  const bars = rows.map(({ app, coldSeconds }): Bar => ({ name: app, value: p50(coldSeconds) }));
  return {
    title: 'Start of each app',
    text: text.join('\n\n'),
    plots: { 'cold-start': barsSvg(bars, { label: 'seconds, cold, p50', digits: 2, marginLeft: 90 }) },
  };
}
