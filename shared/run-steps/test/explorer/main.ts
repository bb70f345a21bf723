/**
 * Explores runs of the real steps: which process goes on, which dies, what gets lost.
 *
 *   npm run explore                                     every configuration, each of its states
 *   npm run explore -- --configurations rewound,gate    those whose names hold one of the words
 *   npm run explore -- --states 100000                  most states a configuration
 *   npm run explore -- --delays 2                       how often a process other than the last may go on
 *                                                       (absent: as each configuration says)
 *   npm run explore -- --walks 1000 --from 1            random walks through larger ones instead, by seed
 *   npm run explore -- --without 'drops on a cached row'   what happens without a rule, named in mutants/
 *   npm run explore -- --mutants                        each mutant where it shows, a line of JSON each
 */
import { parseArgs } from 'node:util';
import { configurations, largeConfigurations, type RunConfiguration } from './configurations.ts';
import { type Exploration, explore, type Finding } from './explore.ts';
import { graphConfigurations, largeGraphConfigurations } from './graph-configurations.ts';
import { loadModel } from './load-model.ts';
import { mutants } from './mutants/mutants.ts';
import { randomConfigurations } from './random-configurations.ts';
import { wander } from './wander.ts';

const { values } = parseArgs({
  options: {
    configurations: { type: 'string', default: '' },
    states: { type: 'string', default: '50000' },
    delays: { type: 'string' },
    walks: { type: 'string' },
    from: { type: 'string', default: '1' },
    without: { type: 'string' },
    broad: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
  },
});
const states = whole(values.states, '--states');
const words = values.configurations.split(',').map((word) => word.trim());
const explored = [...configurations, ...graphConfigurations, ...largeConfigurations, ...largeGraphConfigurations];
const all = values.walks === undefined ? explored : randomConfigurations;
const chosen = all.filter(({ name }) => words.some((word) => name.includes(word))).map(bounded);

if (values.mutants) {
  // One in this many, because the gate has no time for all.
  const every = Number(process.env['EVERY'] ?? 1);
  for (const mutant of mutants.filter((_, place) => place % every === 0)) {
    if (!words.some((word) => mutant.name.includes(word))) continue;
    const configuration = explored.find(({ name }) => name === mutant.seen);
    if (configuration === undefined) throw new Error(`no configuration "${mutant.seen}"`);
    const model = await loadModel(configuration, mutant.name);
    const { finding, states: seen, isWhole } = await explore(model, { states });
    console.log(JSON.stringify({ mutant: mutant.name, promise: finding?.promise ?? null, states: seen, isWhole }));
  }
} else await exploreChosen();

function bounded(configuration: RunConfiguration): RunConfiguration {
  if (values.delays === undefined) return configuration;
  return { ...configuration, budgets: { ...configuration.budgets, delay: whole(values.delays, '--delays') } };
}

async function exploreChosen(): Promise<void> {
  const begun = performance.now();
  const total = { states: 0, steps: 0, walks: 0, findings: 0, cut: 0 };
  console.log(
    values.walks === undefined
      ? '  states   steps  ends  seconds  configuration'
      : '   walks   steps  seconds  configuration',
  );
  for (const configuration of chosen) {
    const model = await loadModel(configuration, values.without ?? null);
    const since = performance.now();
    const seconds = () => ((performance.now() - since) / 1_000).toFixed(1).padStart(7);
    if (values.walks === undefined) {
      const found = await explore(model, { states, isBroad: values.broad });
      const isCut = !found.isWhole && found.finding === null;
      console.log(`${columns(found)}  ${seconds()}  ${found.name}${isCut ? '  (cut off)' : ''}`);
      if (found.finding !== null) tell(found.finding);
      total.states += found.states;
      total.steps += found.steps;
      total.findings += found.finding === null ? 0 : 1;
      total.cut += isCut ? 1 : 0;
      continue;
    }
    let steps = 0;
    const walks = whole(values.walks, '--walks');
    const from = whole(values.from, '--from');
    for (let seed = from; seed < from + walks; seed += 1) {
      const walk = await wander(model, seed);
      steps += walk.steps;
      if (walk.finding === null) continue;
      total.findings += 1;
      console.log(`        seed ${seed}:`);
      tell(walk.finding);
      break;
    }
    console.log(`${String(walks).padStart(8)}${String(steps).padStart(8)}  ${seconds()}  ${configuration.name}`);
    total.walks += walks;
    total.steps += steps;
  }
  const rate = Math.round(total.steps / ((performance.now() - begun) / 1_000));
  const seen = values.walks === undefined ? `${total.states} states` : `${total.walks} walks`;
  const cut = total.cut === 0 ? '' : `; ${total.cut} cut off`;
  console.log(
    `${chosen.length} configurations, ${seen}, ${total.steps} steps at ${rate} a second: ${total.findings} findings${cut}`,
  );
  if (total.findings > 0 || chosen.length === 0) process.exitCode = 1;
}

function columns({ states: seen, steps, ends }: Exploration): string {
  return `${String(seen).padStart(8)}${String(steps).padStart(8)}${String(ends).padStart(6)}`;
}

function tell({ promise, trace }: Finding): void {
  console.log(`          ${promise}\n${trace.map((step) => `            ${step}`).join('\n')}`);
}

function whole(text: string, option: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${option} must be a whole number, not "${text}"`);
  return number;
}
