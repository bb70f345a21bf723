import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { configurations, largeConfigurations } from '../configurations.ts';
import { graphConfigurations, largeGraphConfigurations } from '../graph-configurations.ts';
import { patched } from '../patch-modules.ts';
import { mutants } from './mutants.ts';

vi.setConfig({ testTimeout: 900_000 }); // guards against hanging on a busy machine

/** One in this many; all take minutes with `npm run explore -- --mutants`. */
const EVERY = 12;
const hunted = mutants.filter((_, place) => place % EVERY === 0);

const seenSchema = z.object({ mutant: z.string(), promise: z.string().nullable() });

/** Runs in a process of its own, because the rules are taken out of the source where Node loads it. */
async function huntAll(): Promise<Map<string, string | null>> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--mutants'], {
    env: { ...process.env, EVERY: `${EVERY}` },
  });
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line) => seenSchema.parse(JSON.parse(line))).map(({ mutant, promise }) => [mutant, promise]),
  );
}

test('each mutant, which takes a rule out of the product, is found in the configuration that it names', async () => {
  const seen = await huntAll();
  expect(hunted.filter(({ name }) => seen.get(name) === null).map(({ name }) => name)).toEqual([]);
  expect([...seen.keys()]).toEqual(hunted.map(({ name }) => name));
});

test('a mutant names an explored configuration', () => {
  const names = [...configurations, ...graphConfigurations, ...largeConfigurations, ...largeGraphConfigurations].map(
    ({ name }) => name,
  );
  expect(mutants.filter(({ seen }) => !names.includes(seen))).toEqual([]);
});

test('the source text of each mutant occurs in the product', () => {
  const shared = new URL('../../../../', import.meta.url);
  for (const { patches } of mutants) {
    for (const { file } of patches)
      expect(() => patched(readFileSync(new URL(file, shared), 'utf8'), file, patches)).not.toThrow();
  }
});
