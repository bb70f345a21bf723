import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announceSystem, findRunningSystems, type RunningSystem } from './running-systems.ts';

/** Above the highest process id of any system. */
const unusedPid = 999_999_999;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let state: unknown;
let system: RunningSystem;
const server = createServer((request, response) => {
  response.end(request.url === '/admin/host/status' ? JSON.stringify(state) : '');
});

beforeEach(async () => {
  folder = await temporaryFolder();
  state = { id: 'intake', state: 'Running' };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const startedAt = new Date(0).toISOString();
  system = {
    pid: process.pid,
    baseUrl: `http://127.0.0.1:${port}`,
    startedAt,
    photoPorts: [1, 2],
    mailFolder: null,
    chains: ['orders'],
  };
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await folder.remove();
});

test('an announced system is found until it is withdrawn', async () => {
  const announced = announceSystem(system, folder.path);
  expect(await findRunningSystems(folder.path)).toEqual([system]);
  announced.withdraw();
  expect(await findRunningSystems(folder.path)).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('the youngest comes first', async () => {
  announceSystem(system, folder.path);
  const younger = { ...system, pid: process.ppid, startedAt: new Date(1).toISOString() };
  announceSystem(younger, folder.path);
  expect(await findRunningSystems(folder.path)).toEqual([younger, system]);
});

test('what a crash has left is not found, and removed', async () => {
  announceSystem({ ...system, pid: unusedPid }, folder.path);
  writeFileSync(join(folder.path, '1.json'), '{"pid":');
  expect(await findRunningSystems(folder.path)).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a system that does not answer as one is not found: its process id may belong to another program', async () => {
  announceSystem(system, folder.path);
  state = { id: 'intake', state: 'Stopping' };
  expect(await findRunningSystems(folder.path)).toEqual([]);
  state = 'something else';
  expect(await findRunningSystems(folder.path)).toEqual([]);
});

test('without any start nothing is found', async () => {
  expect(await findRunningSystems(join(folder.path, 'absent'))).toEqual([]);
});
