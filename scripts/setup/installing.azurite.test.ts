import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** A repository with this one's launcher, whose only tool is a development dependency that npm finds without a network. */
async function repositoryWithTool(folder: string): Promise<string> {
  const repository = join(folder, 'a #1 100% é');
  mkdirSync(join(repository, 'scripts', 'setup'), { recursive: true });
  for (const file of ['launch.mjs', 'install.mjs', 'lock.mjs'])
    cpSync(join(import.meta.dirname, file), join(repository, 'scripts', 'setup', file));
  mkdirSync(join(repository, 'tool'));
  const manifest = { name: 'repository', version: '1.0.0', devDependencies: { tool: 'file:./tool' } };
  writeFileSync(join(repository, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(repository, 'tool', 'package.json'), JSON.stringify({ name: 'tool', version: '1.2.3' }));
  await run('npm', ['install', '--package-lock-only', '--no-audit', '--offline'], { cwd: repository });
  return repository;
}

test.each([
  ['NODE_ENV', 'production'],
  ['npm_config_omit', 'dev'],
  ['npm_config_production', 'true'],
])('with %s=%s in the environment the tools are installed all the same', async (name, value) => {
  await using folder = await temporaryFolder();
  const cwd = await repositoryWithTool(folder.path);
  const command = ['scripts/setup/launch.mjs', 'node', '-p', "require('tool/package.json').version"];
  const { stdout } = await run(process.execPath, command, { cwd, env: { ...process.env, [name]: value } });
  expect(stdout).toBe('1.2.3\n');
});

test('help is given in a bare clone, and installs nothing', async () => {
  await using folder = await temporaryFolder();
  const cwd = await repositoryWithTool(folder.path);
  for (const command of ['start', 'demo', 'tally']) {
    const help = join(import.meta.dirname, '..', command, 'help.txt');
    cpSync(help, join(cwd, 'scripts', command, 'help.txt'), { recursive: true });
    const asked = ['scripts/setup/launch.mjs', 'node', `scripts/${command}/main.ts`, '--help'];
    const { stdout, stderr } = await run(process.execPath, asked, { cwd });
    expect(stdout).toBe(readFileSync(help, 'utf8'));
    expect(stderr).toBe('');
  }
  expect(existsSync(join(cwd, 'node_modules'))).toBe(false);
});
