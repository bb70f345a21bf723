import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Colours that colour-blind readers can also distinguish (Okabe and Ito, 2008). */
export const COLOURS = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#999999'];

const WIDTH = 720;

/**
 * Draws a chart as the text of an SVG file. The file stands alone: it has its own background, for dark pages.
 */
export function svgOf(options: Omit<Plot.PlotOptions, 'document'>): string {
  const page: unknown = parseHTML('<!doctype html><html><body></body></html>');
  if (typeof page !== 'object' || page === null) throw new Error('there is no page to draw on');
  const document: unknown = Reflect.get(page, 'document');
  const picture: unknown = Plot.plot({
    width: WIDTH,
    marginLeft: 60,
    marginRight: 30,
    style: { background: 'white', color: '#222', fontSize: '12px', fontFamily: 'sans-serif' },
    ...options,
    document,
  });
  if (!isElement(picture)) throw new Error('the chart has no picture');
  picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${picture.outerHTML}\n`;
}

/**
 * The members of an element that are used here. The types of a page are browser types, which nothing else
 * here includes.
 */
interface Drawn {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
}

function isElement(value: unknown): value is Drawn {
  return typeof value === 'object' && value !== null && 'outerHTML' in value && 'setAttribute' in value;
}
