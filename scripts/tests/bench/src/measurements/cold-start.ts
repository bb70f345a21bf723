import { startHostProcess } from '@tally/local-host';
import { ensureBuilt } from '@tally/start';
import { startAzurite, temporaryFolder } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';

const rowSchema = z.object({
  app: z.string(),
  /**
   * Seconds from the start of the process until it serves. Cold: nothing is compiled before. Warm: with the
   * compile cache that Node kept.
   */
  coldSeconds: z.array(z.number()),
  warmSeconds: z.array(z.number()),
});
export const coldStartSchema = z.object({ rows: z.array(rowSchema) });
export type ColdStart = z.infer<typeof coldStartSchema>;

const APPS = ['intake', 'detect', 'aggregate', 'face', 'orders', 'media'];

/** Settings without which the apps can't start. The addresses are not called. */
const settings: Readonly<Record<string, string>> = {
  FACE_ENDPOINT: 'http://127.0.0.1:9',
  FACE_KEY: 'a-key',
  TALLY_LINK_KEY: 'a-key-of-thirty-two-characters-or-more',
  TALLY_PUBLIC_URL: 'http://127.0.0.1:9',
  TALLY_SMTP_HOST: '127.0.0.1',
  TALLY_SMTP_SECURITY: 'none',
  TALLY_MAIL_FROM: 'tally@example.org',
  TALLY_ORDERS_APPROVER: 'approver@example.org',
};

/** Measures how long each app takes to start under the local host. */
export async function measureColdStart(bench: Bench): Promise<ColdStart> {
  const times = byScale(bench, { full: 5, small: 1 });
  const folders = await ensureBuilt(APPS, { onNotice: bench.say, signal: new AbortController().signal });
  await using data = await temporaryFolder();
  const azurite = await startAzurite({ location: data.path, blob: true });
  try {
    const rows: ColdStart['rows'] = [];
    for (const app of APPS) {
      const coldSeconds: number[] = [];
      const warmSeconds: number[] = [];
      for (let time = 0; time < times; time += 1) {
        await using cache = await temporaryFolder();
        const env = { ...settings, TallyStorage: azurite.connectionString, NODE_COMPILE_CACHE: cache.path };
        coldSeconds.push(await secondsToStart(folders.get(app) ?? '', env));
        warmSeconds.push(await secondsToStart(folders.get(app) ?? '', env));
      }
      bench.say(`${app}: ${coldSeconds[0]?.toFixed(2)} s`);
      rows.push({ app, coldSeconds, warmSeconds });
    }
    return { rows };
  } finally {
    await azurite.stop();
  }
}

async function secondsToStart(appDir: string, env: Readonly<Record<string, string>>): Promise<number> {
  const began = performance.now();
  const host = await startHostProcess({ appDir, env });
  const seconds = (performance.now() - began) / 1000;
  await host.stop();
  return seconds;
}
