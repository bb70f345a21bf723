import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { endedStatus } from './calls.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const readme = await readFile(path.join(root, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
const curls = commands.filter((command) => command.startsWith('curl '));

/** The commands that other tests run, with ports and data of their own, and the files of those tests. */
const elsewhere: Record<string, string> = {
  'npm run demo': 'scripts/commands/demo/src/photos/photo-demo.azurite.test.ts',
  'npm run demo -- orders': 'scripts/commands/demo/src/chain-demos.azurite.test.ts',
  'npm run demo -- media': 'scripts/commands/demo/src/chain-demos.azurite.test.ts',
  'npm start': 'scripts/commands/start/src/start-command.azurite.test.ts',
  'npm run tally -- run beach.jpg dinner.jpg': 'scripts/commands/start/src/start-command.azurite.test.ts',
};

/** The commands that run here, on the run that the curl commands started. */
const verbs = commands.filter((command) => command.startsWith('npm run tally -- ') && !(command in elsewhere));

let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem();
  return () => system.stop();
}, 180_000);

test('every command of the README is run by a test', async () => {
  expect(curls.length).toBeGreaterThanOrEqual(3);
  for (const command of commands.filter((text) => !curls.includes(text) && !verbs.includes(text))) {
    const place = elsewhere[command];
    expect(place, `no test runs: ${command}`).toBeDefined();
    await expect(readFile(path.join(root, place ?? ''), 'utf8')).resolves.not.toBe('');
  }
});

async function curl(command: string): Promise<string> {
  const text = command.replaceAll('http://127.0.0.1:7071', system.url);
  return (await promisify(execFile)('bash', ['-c', text])).stdout;
}

test('the curl commands of the README about photos work in their order', async () => {
  const answers: string[] = [];
  for (const command of curls.filter((text) => text.includes('/holiday'))) {
    answers.push(await curl(command));
    await waitUntil(() => endedStatus(`${system.url}/api/runs/holiday`), { describe: 'the run "holiday" has ended' });
  }
  const [started = '', status = '', items = ''] = answers;
  expect(started).toMatch(/^HTTP\/1\.1 202 Accepted\r?\n/);
  expect(started).toMatch(/^location: .*\/api\/runs\/holiday\?taskHub=Tally&connection=Storage\r?$/im);
  expect(JSON.parse(status)).toMatchObject({
    instanceId: 'holiday',
    runtimeStatus: 'Completed',
    counts: { succeeded: 2 },
  });
  expect(JSON.parse(items)).toMatchObject({
    items: [
      { index: 0, status: 'succeeded' },
      { index: 1, status: 'succeeded' },
    ],
  });
});

// The stubbed system has no app of orders. The run waits at its first node and keeps the answer that came
// early.
test('the curl commands of the README about an order work in their order', async () => {
  const answers: string[] = [];
  for (const command of curls.filter((text) => text.includes('order-1'))) answers.push(await curl(command));
  const [started = '', status = '', raised = ''] = answers;
  expect(started).toMatch(/^HTTP\/1\.1 202 Accepted\r?\n/);
  expect(JSON.parse(status)).toMatchObject({ name: 'orders', runtimeStatus: 'Running' });
  expect(raised).toMatch(/^HTTP\/1\.1 202 Accepted\r?\n/);
});

test('the tally commands of the README work in their order', async () => {
  expect(verbs.length).toBeGreaterThanOrEqual(3);
  for (const command of verbs) {
    const args = command.replace('npm run tally -- ', '').split(' ');
    const program = path.join(root, 'scripts/commands/tally/main.ts');
    await promisify(execFile)(process.execPath, [program, ...args, '--url', system.url]);
  }
}, 180_000);
