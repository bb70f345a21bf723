import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildService } from '@tally/build';
import { appOf, ofType, readSnapshot, settingsOf } from '@tally/infra-checks';
import { type HostProcess, startHostProcess } from '@tally/local-host';
import { samplePhotos, servePhotos } from '@tally/start';
import { startAzurite, temporaryFolder } from '@tally/testing';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { realRun } from './command.ts';
import { zipFolder } from './package-zip.ts';
import { bringNativeLibraries } from './packages.ts';
import { smokeTest } from './smoke-test.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const sites = ofType(readSnapshot(path.join(root, 'infra'), 'dev'), 'Microsoft.Web/sites');

/** Builds a service, packs it in its published form, and unpacks it alone in an empty folder. */
async function unpackedAlone(service: string, folder: string): Promise<string> {
  const [built, zip, alone] = ['built', 'zips', 'alone'].map((part) => path.join(folder, part, service));
  if (built === undefined || zip === undefined || alone === undefined) throw new Error('no folders');
  mkdirSync(path.dirname(zip), { recursive: true });
  await buildService(path.join(root, 'services', service), built);
  if (service === 'face')
    await bringNativeLibraries(
      realRun(() => {}),
      folder,
      path.relative(folder, built),
    );
  await zipFolder(built, zip);
  const files = unzipSync(readFileSync(zip));
  expect(Object.keys(files)).not.toContain('local.settings.json');
  if (service === 'face') checkNativeLibraries(Object.keys(files));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(alone, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return alone;
}

/**
 * The platform is Linux on x64 with glibc. sharp's binary and libraries must be there for that platform only.
 */
function checkNativeLibraries(names: readonly string[]): void {
  const native = names.filter((name) => /^node_modules\/@img\/[^/]+\/lib\/.*\.(node|so|dylib|dll)/.test(name));
  expect(new Set(native.map((name) => name.split('/')[2]))).toEqual(
    new Set(['sharp-linux-x64', 'sharp-libvips-linux-x64']),
  );
}

/**
 * The settings that the deployment gives an app, with three changes. A connection by identity becomes one by
 * connection string. A value that is known only after a deployment comes from the test. Telemetry is sent
 * nowhere.
 */
function settingsFor(app: string, storage: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const site = sites.find((candidate) => appOf(candidate) === app);
  if (site === undefined) throw new Error(`the snapshot has no app ${app}`);
  const settings = new Map(settingsOf(site));
  for (const connection of ['AzureWebJobsStorage', 'TallyStorage']) {
    const parts = [...settings.keys()].filter((name) => name.startsWith(`${connection}__`));
    for (const name of parts) settings.delete(name);
    if (parts.length > 0) settings.set(connection, storage);
  }
  for (const name of settings.keys()) if (name.startsWith('APPLICATIONINSIGHTS_')) settings.delete(name);
  settings.set('AZURE_CLIENT_ID', '00000000-0000-0000-0000-000000000000');
  for (const [name, value] of Object.entries(given)) {
    // Each value of this test replaces a setting of the deployment. The exception permits fetching photos
    // from this machine.
    if (name !== 'TALLY_FACE_ALLOW_HOSTS') expect(settings.has(name), name).toBe(true);
    settings.set(name, value);
  }
  const unknown = [...settings].filter(([, value]) => value.startsWith('[') || value.startsWith('@Microsoft'));
  expect(unknown).toEqual([]);
  return Object.fromEntries(settings);
}

test('the zip of each service, unpacked alone, starts with the settings of the deployment, and a run completes', async () => {
  await using folder = await temporaryFolder();
  const azurite = await startAzurite({ location: path.join(folder.path, 'data') });
  const photos = await servePhotos({ files: samplePhotos().slice(0, 3), ports: [0] });
  const hosts: HostProcess[] = [];
  const start = async (app: string, given: Readonly<Record<string, string>>) => {
    const env = settingsFor(app, azurite.connectionString, given);
    const host = await startHostProcess({ appDir: await unpackedAlone(app, folder.path), env });
    hosts.push(host);
    return host;
  };
  try {
    const face = await start('face', { FACE_KEY: 'a-key', TALLY_FACE_ALLOW_HOSTS: new URL(photos.urls[0] ?? '').host });
    await start('detect', { FACE_ENDPOINT: face.url, FACE_KEY: 'a-key' });
    await start('aggregate', {});
    const intake = await start('intake', { TALLY_LINK_KEY: 'k'.repeat(32) });
    const said: string[] = [];
    await smokeTest({ baseUrl: intake.url, key: '', photoUrls: photos.urls, say: (text) => said.push(text) });
    expect(said.join('\n')).toMatch(
      /^✓ health\n✓ run \w+: [1-9]\d* faces, happiness 0\.\d+ to [01](\.\d+)?\n✓ poison queues are empty$/,
    );
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await photos.close();
    await azurite.stop();
  }
}, 300_000);
