import { type Bar, barsSvg } from '../charts/bars.ts';
import type { Profile } from '../measurements/profile.ts';
import { figure, type Section, table } from '../page/section.ts';

const SHOWN = 18;

export function profileSection({ items, busyMs, shares }: Profile): Section {
  const shown = shares.slice(0, SHOWN);
  const rest = shares.slice(SHOWN).reduce((sum, { share }) => sum + share, 0);
  const rows = [...shown, { of: 'all others', share: rest }];
  const text = [
    `detect during a run of ${figure(items)} images, by whose code was running (\`node --cpu-prof\`, which samples by the clock: where other processes want the cores, their time is in it).`,
    "![where detect's time goes](profile.svg)",
    table(
      ['code of', 'share'],
      rows.map(({ of, share }) => [of, `${figure(100 * share, 1)} %`]),
    ),
    `In all ${figure(busyMs / 1_000, 1)} s, of which the start of the app is a part.`,
  ];
  const bars = rows.map(({ of, share }): Bar => ({ name: of, value: 100 * share }));
  return {
    title: 'Where the time goes',
    text: text.join('\n\n'),
    plots: { profile: barsSvg(bars, { label: 'per cent', digits: 1, marginLeft: 200 }) },
  };
}
