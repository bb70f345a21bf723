import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandGuardMs, runCommandLine } from '@tally/testing';
import { afterAll, beforeAll } from 'vitest';

/** A system that was started as a person starts it in a terminal. */
export interface StartedChains {
  /** The tests' own folder, with the system's data in `data`. It is removed after the tests of the file. */
  readonly folder: string;
  /** The address of the API. Empty before the first test. */
  readonly url: () => string;
  /** The connection string of its storage. Empty before the first test. */
  readonly storage: () => string;
}

/**
 * Starts a system for the tests of the calling file, and stops it after them.
 * @param name part of the folder's name, for a person who finds it
 * @param chains in the form that `npm start -- --chains` takes
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
    await start.ended();
    rmSync(folder, { recursive: true, force: true });
  }, commandGuardMs);
  return { folder, url: () => url, storage: () => storage };
}
