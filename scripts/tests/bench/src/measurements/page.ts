import { createServer } from 'node:http';
import path from 'node:path';
import { registry } from '@tally/chains';
import { startHostProcess } from '@tally/local-host';
import { compose } from '@tally/run-steps';
import { buildApps } from '@tally/test-system';
import { closeServer, findChromium, listenOnLoopback, startAzurite, thinPng } from '@tally/testing';
import { chromium, type Page } from 'playwright-core';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { answerMs, type HeapOf, heapOf } from '../system/answered-clicks.ts';
import { copyRuns, runImages } from '../system/seeded-runs.ts';

const heapSchema = z.object({
  where: z.string(),
  /** MiB: the highest value measured, garbage included, and the value after a collection. */
  most: z.number(),
  kept: z.number(),
});
const clickSchema = z.object({ name: z.string(), answersMs: z.array(z.number()) });
export const pageSchema = z.object({
  runs: z.number(),
  items: z.number(),
  /** Number of rows that were scrolled through. */
  runsSeen: z.number(),
  itemsSeen: z.number(),
  /** The most rows that were in the document at once. */
  runsAtOnce: z.number(),
  itemsAtOnce: z.number(),
  heap: z.array(heapSchema),
  clicks: z.array(clickSchema),
});
export type PageFigures = z.infer<typeof pageSchema>;

const VIEWPORT = { width: 1_280, height: 900 };
const intakeDir = path.resolve(import.meta.dirname, '../../../../../out/intake');

/**
 * Measures the page with many runs and with a large run: the memory that its scripts keep, and how soon it
 * answers a click.
 */
export async function measurePage(bench: Bench): Promise<PageFigures> {
  const sizes = byScale(bench, {
    full: { runs: 20_000, items: 200_000, itemsSeen: 10_000, repeats: 10 },
    small: { runs: 300, items: 2_000, itemsSeen: 400, repeats: 2 },
  });
  await using stack = new AsyncDisposableStack();
  const found = findChromium();
  if (found === undefined) throw new Error('There is no Chromium here.');
  await buildApps();
  const azurite = await startAzurite({ inMemory: true });
  stack.defer(() => azurite.stop());
  const image = thinPng(64, 1);
  const photos = createServer((_, response) => response.setHeader('content-type', 'image/png').end(image));
  const photosUrl = `http://127.0.0.1:${await listenOnLoopback(photos)}`;
  stack.defer(() => closeServer(photos));
  await seed(bench, azurite.connectionString, photosUrl, sizes);

  const host = await startHostProcess({ appDir: intakeDir, env: { TallyStorage: azurite.connectionString } });
  stack.defer(async () => void (await host.stop()));
  const browser = await chromium.launch(found);
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: VIEWPORT });
  const heap = await heapOf(page);
  await page.goto(`${host.url}/api/dashboard`);

  const list = await scrollTo(page, heap, { rows: '.runs tbody .id', until: sizes.runs });
  bench.say(`${list.seen} runs scrolled through, ${list.atOnce} at once, ${list.most.toFixed(1)} MiB`);
  const listKept = await heap.kept();
  const clicks = await clickInList(page, sizes.repeats);
  await page.goto(`${host.url}/api/dashboard#/runs/large?tab=items`);
  const grid = await scrollTo(page, heap, { rows: '.cards > li', until: sizes.itemsSeen });
  bench.say(`${grid.seen} items scrolled through, ${grid.atOnce} at once, ${grid.most.toFixed(1)} MiB`);
  const gridKept = await heap.kept();
  clicks.push(...(await clickInRun(page, sizes.repeats)));
  return {
    runs: sizes.runs,
    items: sizes.items,
    ...{ runsSeen: list.seen, itemsSeen: grid.seen, runsAtOnce: list.atOnce, itemsAtOnce: grid.atOnce },
    heap: [
      { where: 'list of runs', most: list.most, kept: listKept },
      { where: 'items of a run', most: grid.most, kept: gridKept },
    ],
    clicks,
  };
}

async function seed(
  bench: Bench,
  connectionString: string,
  photosUrl: string,
  { runs, items }: { readonly runs: number; readonly items: number },
): Promise<void> {
  const quiet = { info: () => {}, warn: () => {} };
  const { steps, prepare } = compose(registry, { kind: 'connectionString', value: connectionString }, quiet);
  await prepare();
  await runImages(steps, 'small', [`${photosUrl}/0.png`]);
  await copyRuns(steps, 'small', runs - 2, (done) => bench.say(`${done} runs written`));
  const urls = Array.from({ length: items }, (_, index) => `${photosUrl}/${index}.png`);
  await runImages(steps, 'large', urls);
  bench.say(`a run of ${items} items is through`);
}

/** Scrolls down as fast as rows arrive, until `until` rows have been seen. */
async function scrollTo(
  page: Page,
  heap: HeapOf,
  { rows, until }: { readonly rows: string; readonly until: number },
): Promise<{ readonly seen: number; readonly atOnce: number; readonly most: number }> {
  await page.locator(rows).first().waitFor();
  let [seen, atOnce, most, last] = [0, 0, 0, ''];
  // Rows are identified by their texts, because rows at the top disappear while others arrive.
  while (seen < until) {
    const now = lookSchema.parse(
      await page.evaluate(`(() => {
        const rows = [...document.querySelectorAll('${rows}')];
        scrollTo(0, document.documentElement.scrollHeight);
        return { count: rows.length, last: rows.at(-1)?.textContent ?? '', texts: rows.map((row) => row.textContent) };
      })()`),
    );
    const known = now.texts.indexOf(last);
    seen += now.count - (known + 1);
    ({ last } = now);
    atOnce = Math.max(atOnce, now.count);
    most = Math.max(most, await heap.inUse());
  }
  return { seen, atOnce, most };
}

const lookSchema = z.object({ count: z.number(), last: z.string(), texts: z.array(z.string()) });

type Clicks = PageFigures['clicks'];

async function clickInList(page: Page, repeats: number): Promise<Clicks> {
  const [filter, start, open]: [number[], number[], number[]] = [[], [], []];
  const chip = page.getByRole('button', { name: 'Failed', exact: true });
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    start.push(
      await answerMs(page, page.getByRole('button', { name: 'Start a run' }), "document.querySelector('dialog[open]')"),
    );
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    filter.push(await answerMs(page, chip, "document.querySelector('.chip[aria-pressed=true]')"));
    await chip.click();
    const run = page.locator('.runs tbody .id a').nth(20);
    await run.waitFor();
    open.push(await answerMs(page, run, "document.querySelector('h1.mono')"));
    await page.goBack();
    await page.locator('.runs tbody .id a').nth(20).waitFor();
  }
  return [
    { name: 'a filter of the list', answersMs: filter },
    { name: 'the dialog that starts a run', answersMs: start },
    { name: 'a run of the list', answersMs: open },
  ];
}

async function clickInRun(page: Page, repeats: number): Promise<Clicks> {
  const [item, tab]: [number[], number[]] = [[], []];
  const tabOf = (name: string) =>
    page.getByRole('navigation', { name: 'Parts of the run' }).getByRole('link', { name });
  const isHere = (name: string) =>
    `document.querySelector('nav[aria-label="Parts of the run"] [aria-current]')?.textContent.startsWith('${name}')`;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const card = page.locator('.cards > li button').nth(4);
    await card.waitFor();
    item.push(await answerMs(page, card, "document.querySelector('dialog[open]')"));
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    for (const name of ['Overview', 'Timeline', 'Raw', 'Items'])
      tab.push(await answerMs(page, tabOf(name), isHere(name)));
  }
  return [
    { name: 'an item', answersMs: item },
    { name: 'a part of the run', answersMs: tab },
  ];
}
