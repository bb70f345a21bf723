import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { freePorts } from './loopback-ports.ts';
import { rememberedPorts } from './photo-ports.ts';

test('a data folder has the same ports at each start; a port taken meanwhile is replaced', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'photo-ports.json');
  const first = await rememberedPorts(3, file);
  expect(new Set(first).size).toBe(3);
  expect(await rememberedPorts(3, file)).toEqual(first);
  const [taken = 0, ...others] = first;
  const server = createServer().listen(taken, '127.0.0.1');
  await once(server, 'listening');
  const next = await rememberedPorts(3, file);
  server.close();
  expect(next).toHaveLength(3);
  expect(next.slice(0, 2)).toEqual(others);
  expect(next).not.toContain(taken);
});

test.each(['', '[1,', '{}', '[80]', '["x"]'])('a damaged list (%s) counts as empty', async (content) => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'photo-ports.json');
  writeFileSync(file, content);
  const ports = await rememberedPorts(2, file);
  expect(ports).toHaveLength(2);
  expect(await rememberedPorts(2, file)).toEqual(ports);
});

test('if more ports are stored than needed, the first ones are used', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'photo-ports.json');
  const ports = await freePorts(3);
  writeFileSync(file, JSON.stringify(ports));
  expect(await rememberedPorts(2, file)).toEqual(ports.slice(0, 2));
});
