import * as Plot from '@observablehq/plot';
import { COLOURS, svgOf } from './svg.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Bars of one name and several parts are stacked. */
  readonly part?: string;
}

export interface BarsOptions {
  /** What the values are. */
  readonly label: string;
  /** Marked as the goal. */
  readonly goal?: number;
  /** Digits after the point in what stands beside a bar; left out: nothing stands there. */
  readonly digits?: number;
  readonly marginLeft?: number;
}

/** Bars that lie one below the other, in the order in which they are given. */
export function barsSvg(bars: readonly Bar[], { label, goal, digits, marginLeft = 170 }: BarsOptions): string {
  const names = [...new Set(bars.map(({ name }) => name))];
  const parts = [...new Set(bars.flatMap(({ part }) => (part === undefined ? [] : [part])))];
  const isStacked = parts.length > 0;
  const most = Math.max(...names.map((name) => sumOf(bars.filter((bar) => bar.name === name))), goal ?? 0);
  return svgOf({
    height: 80 + 28 * names.length + (isStacked ? 24 : 0),
    marginLeft,
    marginTop: isStacked ? 50 : 30,
    marginRight: 70,
    marginBottom: 42,
    x: { label, grid: true, domain: [0, most * 1.02], axis: 'bottom', labelAnchor: 'center' },
    y: { label: null, domain: names },
    color: { domain: parts, range: COLOURS.slice(0, parts.length) },
    marks: [
      Plot.barX(bars, { x: 'value', y: 'name', insetTop: 2, insetBottom: 2, fill: isStacked ? 'part' : '#0072B2' }),
      ...(digits === undefined
        ? []
        : [
            Plot.text(bars, {
              x: 'value',
              y: 'name',
              text: ({ value }: Bar) => value.toFixed(digits),
              textAnchor: 'start',
              dx: 5,
            }),
          ]),
      ...(goal === undefined ? [] : [Plot.ruleX([goal], { stroke: '#D55E00', strokeDasharray: '4,3' })]),
      ...legend(parts),
      Plot.ruleX([0]),
    ],
  });
}

function sumOf(bars: readonly Bar[]): number {
  return bars.reduce((sum, { value }) => sum + value, 0);
}

/** Within the picture, since a file of its own has no room beside it. */
export function legend(parts: readonly string[]) {
  return parts.flatMap((part, place) => {
    const at = { frameAnchor: 'top-left', dx: 110 * place, dy: -32 } as const;
    return [
      Plot.dot([part], { ...at, r: 5, fill: COLOURS[place] ?? '#222', dx: 110 * place + 5 }),
      Plot.text([part], { ...at, text: [part], textAnchor: 'start', lineAnchor: 'middle', dx: 110 * place + 15 }),
    ];
  });
}
