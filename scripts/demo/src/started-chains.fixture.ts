import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandGuardMs, runCommandLine } from '@tally/testing';
import { afterAll, beforeAll } from 'vitest';

/** A system, as somebody in a terminal starts it. */
export interface StartedChains {
  /** Of its own, with the system's data in `data`; gone when the tests of the file are over. */
  readonly folder: string;
  /** Where the API answers; empty before the first test. */
  readonly url: () => string;
  /** The connection string of its storage; empty before the first test. */
  readonly storage: () => string;
}

/**
 * Starts a system for the tests of the file that calls it, and stops it after them.
 * @param name of the folder, for a person who finds it
 * @param chains as `npm start -- --chains` takes them
 */
export function startChains(name: string, chains: string, env: Readonly<Record<string, string>> = {}): StartedChains {
  const folder = mkdtempSync(join(tmpdir(), `tally-${name}-`));
  const start = runCommandLine('start', ['--port', '0', '--chains', chains, '--data', join(folder, 'data')], env);
  let url = '';
  let storage = '';
  beforeAll(async () => {
    [, url = ''] = await start.printed(/API {6}(http:\S+)\/api\/runs/);
    [, storage = ''] = await start.printed(/^ +(DefaultEndpointsProtocol=\S+)$/m);
    await start.printed(/Ctrl-C stops everything/);
  }, commandGuardMs);
  afterAll(async () => {
    start.signal('SIGINT');
    await start.ended;
    rmSync(folder, { recursive: true, force: true });
  }, commandGuardMs);
  return { folder, url: () => url, storage: () => storage };
}
