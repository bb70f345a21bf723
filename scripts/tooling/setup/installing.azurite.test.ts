import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder, waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const printVersion = ['scripts/tooling/setup/launch.mjs', 'node', '-p', "require('tool/package.json').version"];

/**
 * A repository with this one's launcher. Its only tool is a development dependency that npm finds without a
 * network.
 */
async function repositoryWithTool(folder: string, scripts: Record<string, string> = {}): Promise<string> {
  const repository = join(folder, 'a #1 100% é');
  mkdirSync(join(repository, 'scripts/tooling/setup'), { recursive: true });
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.mjs')))
    cpSync(join(import.meta.dirname, file), join(repository, 'scripts/tooling/setup', file));
  mkdirSync(join(repository, 'tool'));
  const manifest = { name: 'repository', version: '1.0.0', devDependencies: { tool: 'file:./tool' }, scripts };
  writeFileSync(join(repository, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(repository, 'tool', 'package.json'), JSON.stringify({ name: 'tool', version: '1.2.3' }));
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--offline'], {
    cwd: repository,
  });
  return repository;
}

test.each([
  ['NODE_ENV', 'production'],
  ['npm_config_omit', 'dev'],
  ['npm_config_production', 'true'],
])('with %s=%s in the environment the development tools are still installed', async (name, value) => {
  await using folder = await temporaryFolder();
  const cwd = await repositoryWithTool(folder.path);
  const { stdout } = await run(process.execPath, printVersion, { cwd, env: { ...process.env, [name]: value } });
  expect(stdout).toBe('1.2.3\n');
});

test('help is printed in a bare clone without an install', async () => {
  await using folder = await temporaryFolder();
  const cwd = await repositoryWithTool(folder.path);
  for (const command of ['start', 'demo', 'tally']) {
    const help = join(import.meta.dirname, '../../commands', command, 'help.txt');
    cpSync(help, join(cwd, 'scripts/commands', command, 'help.txt'), { recursive: true });
    const asked = ['scripts/tooling/setup/launch.mjs', 'node', `scripts/commands/${command}/main.ts`, '--help'];
    const { stdout, stderr } = await run(process.execPath, asked, { cwd });
    expect(stdout).toBe(readFileSync(help, 'utf8'));
    expect(stderr).toBe('');
  }
  expect(existsSync(join(cwd, 'node_modules'))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * An install in the middle of a script that doesn't end by itself, and ignores the signals that ask it to.
 */
async function installThatLasts(folder: string): Promise<{ cwd: string; launcher: ChildProcess; script: number }> {
  const cwd = await repositoryWithTool(folder, { postinstall: 'node lasting.mjs' });
  const lasting = `
    import { writeFileSync } from 'node:fs';
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
    writeFileSync('script.pid', process.pid + '\\n');
    setInterval(() => undefined, 1_000);`;
  writeFileSync(join(cwd, 'lasting.mjs'), lasting);
  const launcher = spawn(process.execPath, printVersion, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = join(cwd, 'script.pid');
  // A file without its last line's end is still being written. Of an empty one the id would be 0, and a signal to 0
  // would end these tests and all of their group.
  const [, script] = await waitUntil(() => existsSync(file) && /^(\d+)\n$/.exec(readFileSync(file, 'utf8')), {
    describe: 'the install runs its script',
  });
  return { cwd, launcher, script: Number(script) };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends an install with all its processes, and only then releases the lock', async (signal, exitCode) => {
  await using folder = await temporaryFolder();
  const { cwd, launcher, script } = await installThatLasts(folder.path);
  let printed = '';
  launcher.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  // npm is still running, so the lock is held. That the lock is released only after npm's end is checked
  // below.
  expect(existsSync(join(cwd, '.tally', 'installing'))).toBe(true);
  launcher.kill(signal);
  await once(launcher, 'close');
  const code = launcher.exitCode;
  const isLeft = isAlive(script);
  if (isLeft) process.kill(script, 'SIGKILL');
  expect({ code, isLeft }).toEqual({ code: exitCode, isLeft: false });
  expect(printed).toContain(`Stopping the install (${signal})`);
  expect(existsSync(join(cwd, '.tally', 'installing'))).toBe(false);
});

test('an install ends when its launcher is killed, and then releases the lock', async () => {
  await using folder = await temporaryFolder();
  const { cwd, launcher, script } = await installThatLasts(folder.path);
  launcher.kill('SIGKILL');
  try {
    await waitUntil(() => !isAlive(script), { describe: 'the script of the install is gone', hangGuardMs: 30_000 });
    await waitUntil(() => !existsSync(join(cwd, '.tally', 'installing')), { describe: 'the lock is free' });
  } finally {
    if (isAlive(script)) process.kill(script, 'SIGKILL');
  }
});

test('a package that is missing in node_modules is installed again', async () => {
  await using folder = await temporaryFolder();
  const cwd = await repositoryWithTool(folder.path);
  await run(process.execPath, printVersion, { cwd });
  rmSync(join(cwd, 'node_modules', 'tool'), { recursive: true });
  const { stdout, stderr } = await run(process.execPath, printVersion, { cwd });
  expect(stdout).toBe('1.2.3\n');
  expect(stderr).toContain('tool is gone from node_modules');
});
