// docs/your-own-chain.md, followed to the letter in a copy of the repository.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyRepository } from './repository-copy.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** What a reader does: a file that is written, or a command. */
type Doing = { readonly file: string; readonly text: string } | { readonly command: string };

function doingsOf(page: string): Doing[] {
  return [...page.matchAll(/```(sh|ts)(?: (\S+))?\n([\s\S]*?)```/g)].flatMap(
    ([, kind, file = '', text = '']): Doing[] =>
      kind === 'ts'
        ? [{ file, text }]
        : text
            .trim()
            .split('\n')
            .map((command) => ({ command })),
  );
}

test("the page leads from the clone to a chain of one's own, tested and type-checked", async () => {
  const doings = doingsOf(await readFile(path.join(root, 'docs/your-own-chain.md'), 'utf8'));
  expect(doings.filter((doing) => 'command' in doing).length).toBeGreaterThanOrEqual(5);
  const copy = await copyRepository();
  try {
    for (const doing of doings) {
      if ('file' in doing) await writeFile(path.join(copy.path, doing.file), doing.text);
      else await run(doing.command, copy.path);
    }
    await expect(run('npm run tally -- new-chain hello', copy.path)).rejects.toThrow('is there already');
  } finally {
    await copy.remove();
  }
}, 600_000);

/** @throws Error with all that the command printed */
async function run(command: string, cwd: string): Promise<void> {
  try {
    await promisify(execFile)('bash', ['-c', command], { cwd, maxBuffer: 16 * 1024 ** 2 });
  } catch (error) {
    const printed =
      error instanceof Error && 'stdout' in error && 'stderr' in error
        ? `${String(error.stdout)}\n${String(error.stderr)}`
        : '';
    throw new Error(`${command}\n${printed}`, { cause: error });
  }
}
