import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHROMIUM_NAMES, findChromium } from '@tally/testing';
import { source as axeSource } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

/** Where pictures of the views are laid, for a person to look at. */
const PICTURES = join(import.meta.dirname, '..', '..', '..', '..', 'reports', 'pages');

/**
 * Whether the tests of a browser can run here. In the gate they must; a machine of a developer may have none, and is told so.
 * @throws Error in the gate, where there is none
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

/** A page, and what it has done that it must not. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, exceptions, and requests to other hosts, but for pictures that may come from there. */
  readonly faults: readonly string[];
}

export interface Look {
  readonly colours?: 'light' | 'dark';
  readonly width?: number;
  /** Begins of addresses from which pictures come. */
  readonly pictures?: readonly string[];
  /** Errors that the browser itself notes of answers which the test provokes. */
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

/** What axe finds of serious faults in the view as it stands: its rule, and the first place. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate('axe.run(document).then(({ violations }) => violations)');
  return violationsSchema
    .parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes: [first] }) => `${id}: ${first?.html} ${first?.failureSummary}`);
}

/** Lays a picture of the view into `reports/pages`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
