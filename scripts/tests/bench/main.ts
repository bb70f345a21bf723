/**
 * `npm run bench [-- --only throughput,idle] [--small] [--out folder] [--page]`: measures Tally on this
 * machine, keeps the figures, and makes the page with its plots.
 */
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parts } from './src/measurements/all.ts';
import { writePage } from './src/page/write-page.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const names = parts.map(({ name }) => name);
const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);

function listOf(text: string): readonly string[] {
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no part "${unknown}"; there are ${names.join(', ')}.`);
  return wanted;
}

const options = new Command('npm run bench --')
  .description(
    `Measures Tally on this machine. All of it takes about ${Math.round(minutes)} minutes, and is meaningful only if nothing else runs.`,
  )
  .option('--only <parts>', `only these, with commas between: ${names.join(', ')}`, listOf, names)
  .option('--small', 'tries everything with few items, into .tally/bench; the figures are not meaningful')
  .option('--out <folder>', 'where results, plots and page go; default: docs/benchmarks')
  .option('--page', 'measures nothing: makes plots and page again from the existing results')
  .parse()
  .opts<{ only: readonly string[]; small?: true; out?: string; page?: true }>();

const scale = options.small === true ? 'small' : 'full';
const folder = path.resolve(options.out ?? path.join(root, scale === 'small' ? '.tally/bench' : 'docs/benchmarks'));
if (options.page !== true) {
  for (const part of parts.filter(({ name }) => options.only.includes(name))) {
    console.log(`${part.name}: begins; about ${part.minutes} minutes at full scale`);
    await part.take(scale, folder, console.log);
    writePage(folder, parts);
  }
}
writePage(folder, parts);
console.log(`The page is ${path.join(folder, 'README.md')}`);
