import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root as repository, UsageError } from '@tally/start';
import { temporaryFolder } from '@tally/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { layOutChain } from './lay-out.ts';
import { nextSteps } from './next-steps.ts';

const NEEDED = [
  'shared/chains/src/registry/registered.ts',
  'shared/chains/src/index.ts',
  'shared/chains/chains.lock.json',
];

let root = '';
beforeEach(async () => {
  const folder = await temporaryFolder();
  root = folder.path;
  for (const file of NEEDED) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await cp(join(repository, file), join(root, file));
  }
  return () => folder.remove();
});
const read = async (file: string) => await readFile(join(root, file), 'utf8');

test('a chain is generated with its name in every form', async () => {
  const laidOut = await layOutChain(root, 'hello-again');
  expect(laidOut.created.toSorted()).toEqual([
    'services/hello-again/package.json',
    'services/hello-again/settings.config.ts',
    'services/hello-again/src/composition.ts',
    'services/hello-again/src/functions/serve.ts',
    'services/hello-again/src/handlers.test.ts',
    'services/hello-again/src/handlers.ts',
    'services/hello-again/src/main.ts',
    'shared/chains/src/hello-again/hello-again.ts',
  ]);
  expect(await read('shared/chains/src/hello-again/hello-again.ts')).toContain(
    "export const helloAgain = defineChain({ name: 'hello-again', version: 1, app: 'hello-again', input: inputSchema })",
  );
  const handlers = await read('services/hello-again/src/handlers.ts');
  expect(handlers).toContain("import { helloAgain } from '@tally/chains';");
  expect(handlers).toContain("export const helloAgainHandlers = handlersFor(helloAgain, 'hello-again', {");
  expect(await read('services/hello-again/src/composition.ts')).toContain(
    "composeApp('hello-again', [helloAgain.definition], process.env)",
  );
  expect(JSON.parse(await read('services/hello-again/package.json'))).toMatchObject({ name: '@tally/hello-again' });
  for (const file of laidOut.created) expect(nextSteps(laidOut)).toContain(file);
});

test('the list of chains gets it last, and keeps its other entries', async () => {
  const [registered, index] = [await read(NEEDED[0] ?? ''), await read(NEEDED[1] ?? '')];
  await layOutChain(root, 'tax');
  const list = /registryOf\(\[(.*)\]\)/;
  expect(list.exec(await read(NEEDED[0] ?? ''))?.[1]).toBe(`${list.exec(registered)?.[1]}, tax`);
  expect(await read(NEEDED[0] ?? '')).toContain("import { tax } from '../tax/tax.ts';");
  expect(await read(NEEDED[1] ?? '')).toBe(`export { tax } from './tax/tax.ts';\n${index}`);
});

describe('nothing is written', () => {
  test.each([
    ['Hello', 'a-z'],
    ['9lives', 'a-z'],
    ['a', '2 to 24'],
    ['a-very-long-name-for-a-chain', '2 to 24'],
    ['../evil', 'a-z'],
    ['class', 'has another meaning'],
    ['registry', 'has another meaning'],
    ['cli', 'has another meaning'],
    ['my-poison', 'has another meaning'],
    ['orders', 'there was one of this name'],
  ])('for the name %s', async (name, why) => {
    const before = await read(NEEDED[0] ?? '');
    const refused = layOutChain(root, name);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(why);
    expect(await read(NEEDED[0] ?? '')).toBe(before);
  });

  test.each(['services/hello', 'scripts/hello', 'scripts/tooling/hello', 'shared/hello', 'shared/chains/src/hello'])(
    'if %s exists',
    async (folder) => {
      await mkdir(join(root, folder), { recursive: true });
      await expect(layOutChain(root, 'hello')).rejects.toThrow(`${folder} exists already`);
    },
  );

  test('if the list has an unexpected form', async () => {
    await writeFile(join(root, NEEDED[0] ?? ''), 'export const registry = listOf(chains);\n');
    await expect(layOutChain(root, 'hello')).rejects.toThrow('add the chain there by hand');
    await expect(read('services/hello/package.json')).rejects.toThrow('ENOENT');
  });
});
