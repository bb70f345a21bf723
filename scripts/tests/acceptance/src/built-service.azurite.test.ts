import { cp } from 'node:fs/promises';
import path from 'node:path';
import { startHostProcess } from '@tally/local-host';
import { buildApps } from '@tally/test-system';
import { startAzurite, temporaryFolder } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../../..');

beforeAll(async () => await buildApps(['intake', 'detect', 'aggregate', 'orders', 'media']), 180_000);

test.each([
  ['intake', ['start-run', 'get-run', 'dispatch', 'dispatch-poison']],
  ['detect', ['detect', 'detect-poison', 'detect-small', 'detect-small-poison']],
  ['aggregate', ['aggregate', 'aggregate-poison', 'purge', 'watchdog']],
])('a built %s, copied to an empty folder outside the repository, loads and works there', async (app, functions) => {
  await using folder = await temporaryFolder();
  const appDir = path.join(folder.path, app);
  await cp(path.join(root, 'out', app), appDir, { recursive: true });
  const azurite = await startAzurite({ location: path.join(folder.path, 'data') });
  try {
    const env = { TallyStorage: azurite.connectionString, FACE_ENDPOINT: 'http://127.0.0.1:9', FACE_KEY: 'none' };
    const host = await startHostProcess({ appDir, env });
    expect(host.functions).toEqual(expect.arrayContaining(functions));
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  } finally {
    await azurite.stop();
  }
});

/** Starts the app as deployed, without the settings for development. */
async function startDeployed(app: string, env: Record<string, string>): Promise<void> {
  await using folder = await temporaryFolder();
  const appDir = path.join(folder.path, app);
  await cp(path.join(root, 'out', app), appDir, {
    recursive: true,
    filter: (file) => path.basename(file) !== 'local.settings.json',
  });
  await (await startHostProcess({ appDir, env })).kill();
}

test.each([
  ['intake', ['TallyStorage']],
  ['aggregate', ['TallyStorage']],
  ['detect', ['TallyStorage', 'FACE_ENDPOINT']],
  [
    'orders',
    [
      'TallyStorage',
      'TALLY_SMTP_HOST',
      'TALLY_MAIL_FROM',
      'TALLY_ORDERS_APPROVER',
      'TALLY_SMTP_PASSWORD',
      'TALLY_PUBLIC_URL',
      'TALLY_LINK_KEY',
    ],
  ],
  ['media', ['TallyStorage']],
])('%s without its settings does not start, and names all missing settings at once', async (app, names) => {
  const error: unknown = await startDeployed(app, { TALLY_SMTP_USER: 'alone' }).catch((thrown: unknown) => thrown);
  const message = String(error);
  expect(names.filter((name) => !message.includes(`${name}: is missing`))).toEqual([]);
});
