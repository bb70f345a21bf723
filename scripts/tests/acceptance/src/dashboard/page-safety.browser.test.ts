// The page as intake alone serves it: keys, what its policy forbids, and untrusted values. No run makes
// progress here, because there is no worker.

import path from 'node:path';
import { problemSchema } from '@tally/api';
import { type HostProcess, startHostProcess } from '@tally/local-host';
import { buildApps } from '@tally/test-system';
import { startTemporaryAzurite } from '@tally/testing';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openPage, seriousFaults, startBrowser, takePicture } from './browser.fixture.ts';

const refused = /status of 401/;
const nasty = `<img src=x onerror="document.title='taken'">`;

describe.runIf(hasBrowser())('the page', () => {
  let host: HostProcess;
  let browser: Browser;
  let page: string;
  const full = { 'x-functions-key': 'master' };
  beforeAll(async () => {
    await buildApps();
    const azurite = await startTemporaryAzurite();
    const appDir = path.resolve(import.meta.dirname, '../../../../../out/intake');
    const env = { TallyStorage: azurite.connectionString, TALLY_HOST_KEYS: 'full=master;read=look' };
    [host, browser] = await Promise.all([startHostProcess({ appDir, env }), startBrowser()]);
    page = `${host.url}/api/dashboard`;
    return async () => {
      await browser.close();
      await host.stop();
      await azurite.stop();
    };
  }, 180_000);

  test('asks for a key, keeps it in its tab, sends it as a header, and shows no controls if it can only read', async () => {
    const started = await fetch(`${host.url}/api/runs/held`, {
      method: 'POST',
      headers: full,
      body: '["https://a.example/b.jpg"]',
    });
    expect(started.status).toBe(202);
    const { page: tab, faults } = await openPage(browser, page, { expected: refused });
    await tab.getByRole('heading', { name: 'This Tally asks for a key' }).waitFor();
    expect(await seriousFaults(tab)).toEqual([]);
    await takePicture(tab, 'key');
    const open = async (key: string) => {
      await tab.getByLabel('Key', { exact: true }).fill(key);
      await tab.getByRole('button', { name: 'Open', exact: true }).click();
    };
    await open('wrong');
    await tab.getByText('The given key is not valid here.').waitFor();
    await open('look');
    await tab.getByRole('link', { name: 'held' }).waitFor();
    await tab.getByText('read only').waitFor();
    expect(await tab.getByRole('button', { name: 'Start a run' }).count()).toBe(0);
    await tab.getByRole('link', { name: 'held' }).click();
    await tab.getByRole('heading', { name: 'held' }).waitFor();
    expect(await tab.getByRole('button', { name: 'Terminate' }).count()).toBe(0);
    await tab.getByRole('button', { name: 'Use another key' }).click();
    await open('master');
    await tab.getByRole('button', { name: 'Terminate' }).waitFor();
    expect(tab.url()).not.toContain('master');
    expect(await tab.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).toBe('[{},""]');
    expect(faults).toEqual([]);
    await tab.close();
  });

  test('shows foreign values as text, wherever they are', async () => {
    const body = JSON.stringify({ urls: [`https://a.example/b.jpg?${nasty}`] });
    const id = `x${nasty}`.replaceAll('/', '');
    await fetch(`${host.url}/api/runs/${encodeURIComponent(id)}`, { method: 'POST', headers: full, body });
    const { page: tab, faults } = await openPage(browser, `${page}#/runs`, {
      pictures: ['https://a.example/'],
      expected: /401|ERR_/,
    });
    await tab.getByLabel('Key', { exact: true }).fill('master');
    await tab.getByRole('button', { name: 'Open', exact: true }).click();
    await tab.getByRole('link', { name: id }).click();
    await tab.getByRole('heading', { name: id }).waitFor();
    for (const name of ['Items', 'Timeline', 'Raw']) {
      await tab.getByRole('navigation', { name: 'Parts of the run' }).getByRole('link', { name }).click();
      await tab.locator('main .card').first().waitFor();
    }
    expect(await tab.title()).toBe('Tally');
    expect(await tab.locator('img[onerror]').count()).toBe(0);
    expect(faults).toEqual([]);
    await tab.close();
  });

  test('allows by its policy only its own scripts', async () => {
    const { page: tab } = await openPage(browser, page, { expected: /./ });
    await tab.evaluate(`{
      const script = document.createElement('script');
      script.textContent = "document.title = 'taken'";
      document.head.append(script);
    }`);
    expect(await tab.title()).toBe('Tally');
    await tab.close();
  });

  test('only built files are served, and without a key', async () => {
    for (const [name, status] of [
      ['', 200],
      ['/', 200],
      ['/index.html', 200],
      ['/host.json', 404],
      ['/..%2fhost.json', 404],
      ['/assets/', 404],
      ['/assets/none.js', 404],
    ] as const) {
      const answer = await fetch(`${page}${name}`);
      expect([name, answer.status]).toEqual([name, status]);
      if (status === 404) expect(problemSchema.parse(await answer.json()).code).toBe('NoSuchPath');
      else expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const [, script = ''] = /src="([^"]+\.js)"/.exec(await (await fetch(page)).text()) ?? [];
    const asset = await fetch(new URL(script, page));
    expect(asset.headers.get('cache-control')).toContain('immutable');
    const again = await fetch(new URL(script, page), { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });
});
