import * as Plot from '@observablehq/plot';
import { legend } from './bars.ts';
import { COLOURS, svgOf } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** The line that the point is on. */
  readonly line: string;
  /** Text shown beside the point. */
  readonly text?: string;
}

export interface LinesOptions {
  readonly x: string;
  readonly y: string;
  readonly isLogX?: boolean;
  readonly isLogY?: boolean;
  /** Points that the lines should stay under. */
  readonly goals?: readonly { readonly x: number; readonly y: number }[];
}

/** The label of the axis is to the left of the legend. */
const LABEL_WIDTH = 160;

/** Lines over a numeric scale, in the given order. */
export function linesSvg(points: readonly Point[], options: LinesOptions): string {
  const { isLogX = false, isLogY = false, goals = [] } = options;
  const lines = [...new Set(points.map(({ line }) => line))];
  return svgOf({
    height: 320,
    marginTop: 50,
    marginBottom: 45,
    x: {
      label: options.x,
      insetLeft: 24,
      labelAnchor: 'center',
      type: isLogX ? 'log' : 'linear',
      ...(isLogX && { tickFormat: ',' }),
    },
    y: {
      label: options.y,
      insetBottom: 22,
      grid: true,
      ...(isLogY ? { type: 'log', tickFormat: ',' } : { zero: true, nice: true }),
    },
    color: { domain: lines, range: COLOURS.slice(0, lines.length) },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'line', strokeWidth: 2 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'line', r: 4 }),
      Plot.text(points, { x: 'x', y: 'y', text: 'text', dx: -6, dy: 14 }),
      Plot.dot(goals, { x: 'x', y: 'y', symbol: 'triangle', r: 4, rotate: 180, fill: '#D55E00' }),
      ...(lines.length > 1 ? legend(lines, LABEL_WIDTH) : []),
    ],
  });
}
