import { defineChain } from '@tally/chain';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { linkFile, listFiles } from './list-files.ts';

const maker = defineChain({ name: 'maker', version: 1, app: 'maker', input: z.null() })
  .task('make', { result: z.json() })
  .wait('yes', { after: ['make'], event: 'Yes', payload: z.boolean() })
  .output(() => null).definition;

let system: MemorySystem;
let steps: StepContext;
/** What links were made for. */
let linked: string[];
beforeEach(async () => {
  system = new MemorySystem([maker]);
  await system.prepare();
  linked = [];
  steps = {
    ...system.worker(),
    files: {
      deleteRun: async () => {},
      isOwn: ({ runId, generation }, { container, name }) =>
        container === 'made' && name.startsWith(`${runId}/${generation}/`),
      link: async ({ name }) => {
        linked.push(name);
        return name.endsWith('gone.txt') ? null : `https://files.invalid/${name}`;
      },
    },
  };
});

test('a run lists only files in its own place of those its nodes name, and links to no others', async () => {
  await system.startChain(maker, null);
  const generation = (await steps.store.readRun('run'))?.value.generation;
  const own = (file: string) => ({ container: 'made', name: `run/${generation}/${file}`, bytes: 3 });
  const foreign = [
    { container: 'made', name: 'other/1/a.pdf', bytes: 3 },
    { container: 'uploads', name: `run/${generation}/a.pdf`, bytes: 3 },
  ];
  const result = { files: [own('a.pdf'), { deep: own('gone.txt') }, own('a.pdf'), ...foreign] };
  system.perform = () => ({ kind: 'succeeded', result });
  expect(await listFiles(steps, 'run')).toEqual([]);
  await system.deliverAll();
  // The run still waits.
  const files = (await listFiles(steps, 'run')) ?? [];
  expect(files.map(({ node, name, bytes }) => [node, name, bytes])).toEqual([
    ['make', `run/${generation}/a.pdf`, 3],
    ['make', `run/${generation}/gone.txt`, 3],
  ]);
  const [pdf = '', gone = ''] = files.map(({ fileId }) => fileId);
  expect(await linkFile(steps, 'run', pdf, 60_000)).toBe(`https://files.invalid/run/${generation}/a.pdf`);
  expect(await linkFile(steps, 'run', gone, 60_000)).toBeNull();
  const idOf = ({ container, name }: (typeof foreign)[number]) =>
    Buffer.from(JSON.stringify([container, name])).toString('base64url');
  for (const fileId of [...foreign.map(idOf), 'garbage', ''])
    expect(await linkFile(steps, 'run', fileId, 60_000)).toBeNull();
  expect(linked).toEqual([`run/${generation}/a.pdf`, `run/${generation}/gone.txt`]);
});

test('an unknown run has no list', async () => {
  expect(await listFiles(steps, 'unknown')).toBeNull();
  expect(await linkFile(steps, 'unknown', Buffer.from('["made","a"]').toString('base64url'), 60_000)).toBeNull();
});
