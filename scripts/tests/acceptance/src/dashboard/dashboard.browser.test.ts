// What a person does on the page, in a real browser and with a complete system: photos for the real face
// model, and orders.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TallyClient } from '@tally/client';
import { MESSAGE_VERSION } from '@tally/contracts';
import { type System, samplePhotos, servePhotos, startSystem } from '@tally/start';
import { waitUntil } from '@tally/testing';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { put, readRun } from '../rows.fixture.ts';
import { hasBrowser, openPage, seriousFaults, startBrowser, takePicture, type WatchedPage } from './browser.fixture.ts';

const order = (number: string) => ({
  ...{ number, customer: { name: 'Zoe Miller', email: 'zoe@example.org' }, currency: 'EUR' },
  lines: [{ article: 'Tea', quantity: 3, price: 4.5 }],
});

describe.runIf(hasBrowser())('on the page', () => {
  let system: System;
  let browser: Browser;
  let urls: readonly string[];
  let client: TallyClient;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tally-browser-'));
    system = await startSystem({
      storage: { kind: 'local', dataFolder: folder, ports: 'free' },
      face: { kind: 'local' },
      chains: ['face-happiness', 'orders'],
      env: { all: { AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.250' } },
    });
    const { face, baseUrl } = system;
    const photos = await servePhotos({
      files: samplePhotos().slice(1, 3),
      ports: face.kind === 'local' ? face.photoPorts : [],
    });
    urls = photos.urls;
    client = new TallyClient({ baseUrl });
    browser = await startBrowser();
    watched = await openPage(browser, `${baseUrl}/api/dashboard`, { pictures: urls });
    ({ page } = watched);
    return async () => {
      await browser.close();
      await photos.close();
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    };
  }, 180_000);

  const open = async (hash: string) => {
    await page.goto(`${system.baseUrl}/api/dashboard${hash}`);
  };
  const control = async (verb: string, reason: string) => {
    await page.getByRole('button', { name: verb, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Why/).fill(reason);
    await dialog.getByRole('button', { name: verb, exact: true }).click();
  };
  const badge = (status: string) => page.locator('.title-row .badge', { hasText: status });

  test('two orders run meanwhile', async () => {
    for (const id of ['approved', 'rejected']) await client.startRun({ chain: 'orders', id, input: order(id) });
  });

  test('a run is started and watched to its end, and a photo is opened with boxes around its faces', async () => {
    await page.getByRole('button', { name: 'Start a run' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Input/).fill(urls.join('\n'));
    await dialog.getByText('Options').click();
    await dialog.getByLabel(/^Id/).fill('photos');
    expect(await seriousFaults(page)).toEqual([]);
    await takePicture(page, 'start');
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'photos' }).waitFor();
    await badge('Completed').waitFor({ timeout: 90_000 });
    await page.getByRole('heading', { name: /^Happiness of \d+ faces/ }).waitFor();
    await page.getByRole('heading', { name: 'Saddest' }).waitFor();
    await page.getByRole('link', { name: /^Items/ }).click();
    await page.getByRole('button', { name: /^Image 1/ }).click();
    const photo = page.getByRole('dialog').locator('.photo');
    await photo.locator('rect').first().waitFor();
    const { items } = await firstItems();
    expect(await photo.locator('rect').count()).toBe(items);
    await takePicture(page, 'photo');
    await page.keyboard.press('Escape');
  });

  /** The number of faces that the API reports for the second photo. */
  const firstItems = async () => {
    for await (const item of client.iterateItems('photos')) {
      if (item.index !== 1 || item.status !== 'succeeded') continue;
      const { result } = item;
      if (typeof result === 'object' && result !== null && 'faces' in result && Array.isArray(result.faces))
        return { items: result.faces.length };
    }
    throw new Error('the second photo has no result');
  };

  test('a run is suspended, resumed and terminated, and its timeline has the reasons', async () => {
    const approval = { timeout: 'PT1H' };
    await client.start({ urls, approval }, 'held');
    await open('#/runs/held');
    await page.getByText('waits for Approval').first().waitFor({ timeout: 60_000 });
    await control('Suspend', 'let it rest');
    await badge('Suspended').waitFor();
    await control('Resume', 'go on');
    await badge('Running').waitFor();
    await control('Terminate', 'enough');
    await badge('Terminated').waitFor();
    await page.getByRole('link', { name: 'Timeline' }).click();
    for (const reason of ['let it rest', 'go on', 'enough']) await page.getByText(reason).first().waitFor();
  });

  test('one order is approved, another rejected', async () => {
    for (const [id, word, node] of [
      ['approved', 'Approved', 'email'],
      ['rejected', 'Rejected', 'decline'],
    ] as const) {
      await open(`#/runs/${id}`);
      await page.getByRole('button', { name: word, exact: true }).click({ timeout: 100_000 });
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^Why/).fill(`because ${id}`);
      await dialog.getByText(`?reason=because+${id}`).waitFor();
      await dialog.getByRole('button', { name: word, exact: true }).click();
      await badge('Completed').waitFor({ timeout: 30_000 });
      await page.locator('.graph .node.good', { hasText: node }).waitFor();
      await page.getByText('mails the approver links to the files').waitFor();
    }
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('because rejected').waitFor();
  });

  test('a file of an order opens in its own tab, by a link that the page makes for it', async () => {
    await open('#/runs/approved');
    const tab = page.waitForEvent('popup');
    const opened = page.context().waitForEvent('response', {
      predicate: (response) => response.url().includes('/order.pdf?') && response.ok(),
    });
    await page.getByRole('button', { name: 'Open order.pdf' }).click();
    expect((await opened).headers()['content-type']).toBe('application/pdf');
    await (await tab).close();
  });

  test('a chain shows on its nodes and edges what has passed them', async () => {
    await open('#/chains/orders');
    const node = page.locator('.graph .node', { hasText: 'email' });
    await node.getByText('1 done').waitFor();
    const hop = page.locator('.graph .hop', { hasText: 'From approval to email' });
    expect(await hop.innerText()).toContain('1');
  });

  test('a dead letter is visible from everywhere and redriven; one that cannot be redriven is discarded', async () => {
    await client.start({ urls, approval: { timeout: 'PT1H' } }, 'waits');
    const storage = system.connectionString;
    const { gen } = await readRun(storage, 'waits');
    // The first is put as the host puts a message that it gave up. It asks aggregate to look at the run.
    // The second can't be read.
    await put(
      storage,
      'aggregate-poison',
      JSON.stringify({ v: MESSAGE_VERSION, runId: 'waits', gen, tok: 'given-up' }),
    );
    await put(storage, 'orders-save', 'no message of ours');
    await waitUntil(async () => (await letters()).length === 2, { describe: 'both are kept' });
    await open('#/chains');
    await page.getByRole('button', { name: 'Look again' }).click();
    const given = page.locator('.graph .node', { hasText: 'save' }).getByRole('link', { name: '1 given up' });
    await given.waitFor();
    await takePicture(page, 'chains-poison');
    await given.click();
    await page.locator('.letter', { hasText: 'orders-save' }).waitFor();
    await open('#/trouble');
    await page.getByRole('link', { name: 'Trouble 2 things need a person' }).waitFor();
    const letter = (text: string) => page.locator('.letter', { hasText: text });
    await letter('waits').waitFor();
    await takePicture(page, 'dead-letters');
    expect(await seriousFaults(page)).toEqual([]);
    await letter('waits').getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
    await page.getByText('Its message is in its queue again').waitFor();
    expect(await letters()).toHaveLength(1);
    await letter('orders-save').getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('All is well').waitFor();
    expect(await letters()).toEqual([]);
  });

  const letters = async () => {
    const ids: string[] = [];
    for await (const { id } of client.iterateDeadLetters()) ids.push(id);
    return ids;
  };

  const looks = [
    { name: 'light', colours: 'light', width: 1_280 },
    { name: 'dark', colours: 'dark', width: 1_280 },
    { name: 'narrow', colours: 'light', width: 390 },
  ] as const;
  const views = [
    ['runs', '#/runs', '.runs tbody a'],
    ['run', '#/runs/photos', '.happiness'],
    ['order', '#/runs/approved', '.gantt i'],
    ['items', '#/runs/photos?tab=items', '.item .photo rect'],
    ['timeline', '#/runs/approved?tab=timeline', '.timeline li'],
    ['raw', '#/runs/approved?tab=raw', '.json'],
    ['chains', '#/chains', '.graph .node'],
    ['trouble', '#/trouble', '.empty'],
  ] as const;
  test.each(looks)('every view is shown in its place and without a serious fault, $name', async ({ name, ...look }) => {
    const seen = await openPage(browser, `${system.baseUrl}/api/dashboard`, { ...look, pictures: urls });
    for (const [view, hash, landmark] of views) {
      await seen.page.goto(`${system.baseUrl}/api/dashboard${hash}`);
      await seen.page.locator(landmark).first().waitFor();
      expect([view, await seriousFaults(seen.page)]).toEqual([view, []]);
      // Nothing is wider than the window.
      expect([view, await seen.page.evaluate('document.documentElement.scrollWidth > innerWidth')]).toEqual([
        view,
        false,
      ]);
      await takePicture(seen.page, `${view}-${name}`);
    }
    expect(seen.faults).toEqual([]);
    await seen.page.close();
  });

  test('the runs that match a filter are purged after their number was shown', async () => {
    await open('#/runs?chain=orders&status=Completed');
    await page.getByText('2 runs', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Purge …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Purge 2 runs' }).click();
    await page.getByText('No run matches').waitFor();
    const left: string[] = [];
    for await (const { instanceId } of client.iterateRuns()) left.push(instanceId);
    expect(left.toSorted()).toEqual(['held', 'photos', 'waits']);
  });

  test('none of this caused an error in the console, or a request to another host', () => {
    expect(watched.faults).toEqual([]);
  });
});
