import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHROMIUM_NAMES, findChromium } from '@tally/testing';
import { source as axeSource } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import * as z from 'zod';

/** The folder for pictures of the views, for a person to look at. */
const PICTURES = join(import.meta.dirname, '..', '..', '..', '..', '..', 'reports', 'pages');

/**
 * Whether the browser tests can run here. In the gate they must run. A developer's machine may have no
 * browser, and a warning says so.
 * @throws Error in the gate, if there is no browser
 */
export function hasBrowser(): boolean {
  if (findChromium() !== undefined) return true;
  const how = `install Chromium, so that one of these is found: ${CHROMIUM_NAMES.join(', ')}`;
  if (process.env['TALLY_BROWSER'] === 'required') throw new Error(`No browser to test the page with; ${how}.`);
  console.warn(`The tests of the page are left out: there is no browser here; ${how}.`);
  return false;
}

export async function startBrowser(): Promise<Browser> {
  const found = findChromium();
  if (found === undefined) throw new Error('there is no browser');
  return await chromium.launch(found);
}

/** A page, and the forbidden things that happened on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, exceptions, and requests to other hosts, except for allowed pictures. */
  readonly faults: readonly string[];
}

export interface Look {
  readonly colours?: 'light' | 'dark';
  readonly width?: number;
  /** The prefixes of addresses from which pictures may come. */
  readonly pictures?: readonly string[];
  /** Errors that the browser itself logs for answers that the test provokes. */
  readonly expected?: RegExp;
}

const HEIGHT = 900;

export async function openPage(browser: Browser, url: string, look: Look = {}): Promise<WatchedPage> {
  const { colours = 'light', width = 1_280, pictures = [], expected } = look;
  const page = await browser.newPage({ viewport: { width, height: HEIGHT }, colorScheme: colours });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && expected?.test(message.text()) !== true) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const from = request.url();
    const isOwn = from.startsWith(new URL(url).origin);
    if (!isOwn && !(request.resourceType() === 'image' && pictures.some((begin) => from.startsWith(begin))))
      faults.push(`a request to ${from}`);
  });
  await page.goto(url);
  return { page, faults };
}

const violationsSchema = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullable(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** The serious faults that axe finds in the current view: its rule, and the first place. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate('axe.run(document).then(({ violations }) => violations)');
  return violationsSchema
    .parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes: [first] }) => `${id}: ${first?.html} ${first?.failureSummary}`);
}

/** Saves a picture of the view to `reports/pages`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
