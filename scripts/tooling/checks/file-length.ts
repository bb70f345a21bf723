/**
 * Fails if a source file is longer than a reader can keep in mind. Checks the files that git tracks or would
 * add.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const longest = 300;
/** A suite is read one test at a time. */
const longestOfTests = 400;
const tests = /\.(test|conformance|fixture)\.ts$/;
/** Generated from the chain. Their length says nothing about their authors. */
const generated = /\/generated\//;

const files = execFileSync('git', [
  'ls-files',
  '--cached',
  '--others',
  '--exclude-standard',
  '*.ts',
  '*.tsx',
  '*.css',
  '*.mjs',
])
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(file) && !generated.test(file));

for (const file of files) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  const limit = tests.test(file) ? longestOfTests : longest;
  if (lines > limit) {
    console.error(`${file} has ${lines} lines; at most ${limit}: move a part of it into its own file.`);
    process.exitCode = 1;
  }
}
