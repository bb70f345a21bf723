// Follows docs/your-own-chain.md exactly, in a copy of the repository.

import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import { copyRepository } from './repository-copy.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

/** An action of a reader: a file to write, or a command. Some commands keep running in their own terminal. */
type Doing = { readonly file: string; readonly text: string } | { readonly command: string; readonly goesOn: boolean };

function doingsOf(page: string): Doing[] {
  return [...page.matchAll(/```(sh|ts)(?: ([^\n]+))?\n([\s\S]*?)```/g)].flatMap(
    ([, kind, about = '', text = '']): Doing[] =>
      kind === 'ts'
        ? [{ file: about, text }]
        : text
            .trim()
            .split('\n')
            .map((command) => ({ command, goesOn: about === 'until Ctrl-C' })),
  );
}

test("the page leads from the clone to one's own chain: tested, type-checked, and run in a started system", async () => {
  const doings = doingsOf(await readFile(path.join(root, 'docs/your-own-chain.md'), 'utf8'));
  expect(doings.filter((doing) => 'command' in doing).length).toBeGreaterThanOrEqual(5);
  const copy = await copyRepository();
  const printed: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  try {
    for (const doing of doings) {
      if ('file' in doing) await writeFile(path.join(copy.path, doing.file), doing.text);
      // On any free port, because the usual port may be in use by another Tally.
      else if (doing.goesOn) stops.push(await startUntilReady(`${doing.command} --port 0`, copy.path));
      else printed.push(await run(doing.command, copy.path));
    }
    expect(stops).toHaveLength(1);
    expect(printed.at(-1)).toContain('Run ada is Completed.');
    expect(printed.at(-1)).toMatch(/"text": ?"Hello Ada"[^}]*"isSent": ?true/);
    await expect(run('npm run tally -- new-chain hello', copy.path)).rejects.toThrow('exists already');
  } finally {
    for (const stop of stops) await stop();
    await copy.remove();
  }
}, 600_000);

/** @returns a function that ends it, as Ctrl-C ends everything that was started in a terminal */
async function startUntilReady(command: string, cwd: string): Promise<() => Promise<void>> {
  const child = spawn('bash', ['-c', command], { cwd, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    await ended;
  };
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    await waitUntil(
      () => {
        if (child.exitCode !== null) throw new Error(`${command} has ended:\n${output}`);
        return output.includes('Ctrl-C stops everything');
      },
      { describe: `${command} is ready`, hangGuardMs: 300_000 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/**
 * @returns what the command printed
 * @throws Error with all its output
 */
async function run(command: string, cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd, maxBuffer: 16 * 1024 ** 2 });
    return stdout;
  } catch (error) {
    const printed =
      error instanceof Error && 'stdout' in error && 'stderr' in error
        ? `${String(error.stdout)}\n${String(error.stderr)}`
        : '';
    throw new Error(`${command}\n${printed}`, { cause: error });
  }
}
