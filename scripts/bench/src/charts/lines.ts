import * as Plot from '@observablehq/plot';
import { legend } from './bars.ts';
import { COLOURS, svgOf } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** The line that it is on. */
  readonly line: string;
  /** What stands beside it. */
  readonly text?: string;
}

export interface LinesOptions {
  readonly x: string;
  readonly y: string;
  readonly isLogX?: boolean;
  readonly isLogY?: boolean;
  /** Points that are to be stayed under. */
  readonly goals?: readonly { readonly x: number; readonly y: number }[];
}

/** Lines over a scale of numbers, in the order in which they are given. */
export function linesSvg(points: readonly Point[], options: LinesOptions): string {
  const { isLogX = false, isLogY = false, goals = [] } = options;
  const lines = [...new Set(points.map(({ line }) => line))];
  return svgOf({
    height: 320,
    marginTop: 50,
    marginBottom: 45,
    x: { label: options.x, labelAnchor: 'center', type: isLogX ? 'log' : 'linear', ...(isLogX && { tickFormat: ',' }) },
    y: {
      label: options.y,
      grid: true,
      ...(isLogY ? { type: 'log', tickFormat: ',' } : { zero: true, nice: true }),
    },
    color: { domain: lines, range: COLOURS.slice(0, lines.length) },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'line', strokeWidth: 2 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'line', r: 4 }),
      Plot.text(points, { x: 'x', y: 'y', text: 'text', dy: -11 }),
      Plot.dot(goals, { x: 'x', y: 'y', symbol: 'triangle', r: 4, rotate: 180, fill: '#D55E00' }),
      ...(lines.length > 1 ? legend(lines) : []),
    ],
  });
}
