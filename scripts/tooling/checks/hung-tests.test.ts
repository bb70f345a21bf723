import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tally-hung-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runVitest(silenceMs: number, body: string, ...options: string[]) {
  const reporters = [[join(root, 'scripts/tooling/checks/hung-tests.ts'), { silenceMs }]];
  const settings = JSON.stringify({ test: { reporters, teardownTimeout: 500 } });
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${settings};\n`);
  writeFileSync(join(folder, 'a.test.mjs'), `import { test } from 'vitest';\ntest('a', async () => { ${body} });\n`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return spawnSync(process.execPath, [vitest, 'run', '--root', folder, ...options], { encoding: 'utf8' });
}

test('a file whose test computes without end is named, and fails the run', () => {
  const { status, stderr } = runVitest(2_000, 'for (;;) await null;');
  expect(stderr).toMatch(/no test has ended for 2 s; what hangs: .*a\.test\.mjs/);
  expect(status).toBe(1);
});

test('a run whose tests end is left alone, also if the reporter is given by its path', () => {
  // Longer than Vitest takes to start on a busy machine.
  const silenceMs = 60_000;
  expect(runVitest(silenceMs, 'await null;')).toMatchObject({ status: 0, stderr: '' });
  const byPath = `--reporter=${join(root, 'scripts/tooling/checks/hung-tests.ts')}`;
  expect(runVitest(silenceMs, 'await null;', byPath)).toMatchObject({ status: 0, stderr: '' });
});
