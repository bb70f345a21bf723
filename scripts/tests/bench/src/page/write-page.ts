import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Part } from '../measurement.ts';
import { type KeptPart, readResults } from '../results/results-file.ts';
import { figure, table } from './section.ts';

/** Makes the page and its plots from the results in the folder. */
export function writePage(folder: string, parts: readonly Part[]): void {
  const { parts: kept } = readResults(folder);
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old.endsWith('.svg')) rmSync(path.join(folder, old));
  const measured = parts.flatMap((part) => {
    const found = kept[part.name];
    return found === undefined ? [] : [{ name: part.name, found, ...part.section(found.figures) }];
  });
  for (const { plots } of measured) {
    for (const [name, svg] of Object.entries(plots)) writeFileSync(path.join(folder, `${name}.svg`), svg);
  }
  const texts = measured.map(
    ({ title, text, name, found }) => `## ${title}\n\n${warning(found)}${text}\n\n${whence(name, found)}`,
  );
  const missing = parts.filter(({ name }) => kept[name] === undefined).map(({ name }) => name);
  const page = [
    '# Benchmarks',
    'Made by `npm run bench`, never by hand; the figures are in [results.json](results.json). What is measured, and how, says [scripts/tests/bench](../../scripts/tests/bench/README.md). Ratios within one run say more than any single figure.',
    ...(missing.length === 0 ? [] : [`Not measured yet: ${missing.join(', ')}.`]),
    machines(measured.map(({ found }) => found)),
    ...texts,
  ];
  writeFileSync(path.join(folder, 'README.md'), `${page.join('\n\n')}\n`);
}

/** Each machine, with its versions, that measurements were made on. */
function machines(all: readonly KeptPart[]): string {
  const distinct = new Map(all.map(({ machine }) => [JSON.stringify(machine), machine]));
  return table(
    ['machine', 'memory', 'system', 'Node', 'Azurite', 'commit'],
    [...distinct.values()].map(({ cpu, cores, memoryGiB, system, node, azurite, commit }) => [
      `${cpu}, ${cores} cores`,
      `${memoryGiB} GiB`,
      system,
      node,
      azurite,
      commit,
    ]),
  );
}

function warning({ scale, load, machine }: KeptPart): string {
  const said = [
    ...(scale === 'small' ? ['measured at small scale, to try the command: the figures are not meaningful'] : []),
    ...(load.before > machine.cores / 2
      ? [
          `other programs ran on this machine (load ${figure(load.before, 1)} before it began): times are too long, counts are right`,
        ]
      : []),
  ];
  return said.length === 0 ? '' : `> Beware: ${said.join('; ')}.\n\n`;
}

function whence(name: string, { takenAt, seconds, machine }: KeptPart): string {
  return `<sub>\`npm run bench -- --only ${name}\`, ${takenAt.slice(0, 10)}, ${seconds} s, commit ${machine.commit}</sub>`;
}
