import * as Plot from '@observablehq/plot';
import { COLOURS, svgOf } from './svg.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Bars with the same name and different parts are stacked. */
  readonly part?: string;
}

export interface BarsOptions {
  /** The label of the values. */
  readonly label: string;
  /** A value that is marked as the goal. */
  readonly goal?: number;
  /** Decimal digits of the value beside a bar. If left out, no value is shown. */
  readonly digits?: number;
  readonly marginLeft?: number;
}

/** Horizontal bars, one below the other, in the given order. */
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

/**
 * A legend inside the picture, since an SVG file has no room beside it.
 * @param from its distance from the left
 */
export function legend(parts: readonly string[], from = 0) {
  return parts.flatMap((part, place) => {
    const at = { frameAnchor: 'top-left', dy: -32 } as const;
    return [
      Plot.dot([part], { ...at, r: 5, fill: COLOURS[place] ?? '#222', dx: from + 110 * place + 5 }),
      Plot.text([part], {
        ...at,
        text: [part],
        textAnchor: 'start',
        lineAnchor: 'middle',
        dx: from + 110 * place + 15,
      }),
    ];
  });
}
