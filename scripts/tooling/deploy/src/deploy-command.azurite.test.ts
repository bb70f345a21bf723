import { execFile } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../../..');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script on a machine that has only Node, bash and a few tools on its PATH: no Azure CLI. */
async function withoutAzureCli(script: string, args: readonly string[]): Promise<Ended> {
  await using folder = await temporaryFolder();
  symlinkSync(process.execPath, path.join(folder.path, 'node'));
  for (const tool of ['bash', 'dirname', 'git']) {
    const file = ['/bin', '/usr/bin', '/usr/local/bin']
      .map((bin) => path.join(bin, tool))
      .find((bin) => existsSync(bin));
    if (file !== undefined) symlinkSync(file, path.join(folder.path, tool));
  }
  return await new Promise((resolve) => {
    const env = { PATH: folder.path, HOME: folder.path };
    execFile(path.join(root, 'scripts', script), [...args], { env, cwd: folder.path }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test('deploy.sh --dry-run prints every command in order, also without the Azure CLI', async () => {
  const { code, stdout, stderr } = await withoutAzureCli('deploy.sh', ['rg-demo', 'westeurope', '--dry-run']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^az version/);
  expect(lines.at(-1)).toMatch(/^# smoke test of https:/);
  expect(lines.findIndex((line) => line.includes('group what-if'))).toBeLessThan(
    lines.findIndex((line) => line.includes('group create --name tally')),
  );
  expect(lines.filter((line) => line.includes('config-zip'))).toHaveLength(6);
});

test.each([
  ['deploy.sh', ['rg-demo', 'westeurope']],
  ['teardown.sh', ['rg-demo']],
])('%s without the Azure CLI says in one line what to install', async (script, args) => {
  const { code, stdout, stderr } = await withoutAzureCli(script, args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^The Azure CLI \(az\) is missing: install it \(https:\/\/aka\.ms\/azure-cli\), .*\n$/);
});
