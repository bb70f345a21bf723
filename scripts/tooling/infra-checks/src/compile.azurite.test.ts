import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { type BicepCompiler, findCompiler } from './bicep-compiler.ts';
import { bicepFiles, formFaults, lintFaults, snapshotFaults } from './compile.ts';
import { parseOnly } from './parse-only.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const compiler = findCompiler(path.join(root, '.tally', 'bicep'));
const hasCompiler = 'program' in compiler;

/** A copy of infra/ with one file changed. */
async function changed(file: string, change: (text: string) => string) {
  const folder = await temporaryFolder();
  cpSync(path.join(root, 'infra'), folder.path, { recursive: true });
  const target = path.join(folder.path, file);
  writeFileSync(target, change(readFileSync(target, 'utf8')));
  return folder;
}

test.runIf(hasCompiler).each([
  [
    'a warning of the linter',
    'modules/face.bicep',
    inFront("param unused string = 'x'\n"),
    lintFaults,
    /no-unused-params/,
  ],
  [
    'a file not in form',
    'modules/vault.bicep',
    inFront('\n\n'),
    formFaults,
    /vault.bicep is not in the compiler's form/,
  ],
  [
    'a snapshot that the files no longer give',
    'dev.bicepparam',
    inFront("param logLevel = 'warn'\n"),
    ofDev,
    /"warn"|warn/,
  ],
])('%s is a fault', async (_, file, change, faultsOf, said) => {
  await using folder = await changed(file, change);
  if (!('program' in compiler)) throw new Error('no compiler');
  expect(faultsOf(compiler, folder.path).join('\n')).toMatch(said);
});

function inFront(addition: string): (text: string) => string {
  return (text) => `${addition}${text}`;
}

function ofDev(found: BicepCompiler, infraDir: string): string[] {
  return snapshotFaults(found, infraDir, 'dev');
}

test('without a compiler the files are at least parsed, and invalid Bicep is found', async () => {
  const infraDir = path.join(root, 'infra');
  expect(await parseOnly(infraDir, bicepFiles(infraDir))).toEqual([]);
  await using folder = await changed('modules/vault.bicep', (text) => text);
  appendFileSync(path.join(folder.path, 'modules/vault.bicep'), '\nresource {{{\n');
  expect((await parseOnly(folder.path, bicepFiles(folder.path))).join()).toMatch(/modules\/vault\.bicep:\d+: no Bicep/);
});
