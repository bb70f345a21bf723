/**
 * Explores the protocol: every interleaving of a small run, its faults and its callers' wishes, over the real core.
 *
 *   npm run explore                                   everything, a few minutes
 *   npm run explore -- --configurations rewound,gate  those whose names hold one of these words
 *   npm run explore -- --states 2000000               most states a configuration; about a kilobyte each
 *   npm run explore -- --without 'drops on a cached row'   a broken rule, as the tests name it: shows what it comes to
 */
import { parseArgs } from 'node:util';
import { mutants, namesMutant } from '../mutants.ts';
import { largeConfigurations, smallConfigurations, unwatchedConfigurations } from './configurations.ts';
import { explore, type Finding } from './explore.ts';
import { modelOf } from './model.ts';

const { values } = parseArgs({
  options: {
    configurations: { type: 'string', default: '' },
    states: { type: 'string', default: '800000' },
    without: { type: 'string' },
  },
});
const most = Number(values.states);
if (!Number.isSafeInteger(most) || most < 1) throw new Error(`--states must be a whole number, not "${values.states}"`);
const { without = null } = values;
if (without !== null && !namesMutant(without)) {
  throw new Error(`--without "${without}": no such rule. There are:\n  ${Object.keys(mutants).join('\n  ')}`);
}

const words = values.configurations.split(',').map((word) => word.trim());
const all = [...smallConfigurations, ...unwatchedConfigurations, ...largeConfigurations];
const chosen = all.filter(({ name }) => words.some((word) => name.includes(word)));

let states = 0;
let violations = 0;
let deadEnds = 0;
let cycles = 0;
let cut = 0;
console.log('   states     steps   ends  configuration');
for (const configuration of chosen) {
  const found = explore(modelOf(configuration, without), most);
  const note = found.isWhole || found.violation !== null ? '' : '  (cut off)';
  const columns = [String(found.states).padStart(9), String(found.steps).padStart(9), String(found.ends).padStart(6)];
  console.log(`${columns.join(' ')}  ${found.name}${note}`);
  for (const finding of [found.violation, found.deadEnd, found.cycle]) if (finding !== null) tell(finding);
  states += found.states;
  violations += found.violation === null ? 0 : 1;
  deadEnds += found.deadEnds;
  cycles += found.cycle === null ? 0 : 1;
  cut += note === '' ? 0 : 1;
}
console.log(
  `${chosen.length} configurations, ${states} states: ${violations} violations, ${deadEnds} dead ends, ${cycles} cycles without faults${cut === 0 ? '' : `; ${cut} cut off`}`,
);
if (violations + deadEnds + cycles > 0 || chosen.length === 0) process.exitCode = 1;

function tell({ promise, trace }: Finding): void {
  console.log(`          ${promise}\n${trace.map((step) => `            ${step}`).join('\n')}`);
}
