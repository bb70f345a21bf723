/** Fails if a source file is longer than a reader can hold in mind. Takes the files that git knows or would add. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const longest = 300;
/** Generated from the chain; their length says nothing about their authors. */
const generated = /\/generated\//;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'])
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(file) && !generated.test(file));

for (const file of files) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  if (lines > longest) {
    console.error(`${file} has ${lines} lines; at most ${longest}: take out what is an idea of its own.`);
    process.exitCode = 1;
  }
}
