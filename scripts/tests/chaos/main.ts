/**
 * `npm run chaos [-- --schedules 40] [--from 1] [--seed n …] [--lanes 2]`: runs seeded schedules of faults
 * against the real apps and audits the result. If it finds a violation, it exits with code 1 and prints the
 * command that repeats it. It keeps the seed in kept-seeds.json, and every test run starts with the schedules
 * of those seeds.
 */
import { Command, InvalidArgumentError } from 'commander';
import { keepEvidence, replayCommand } from './src/evidence.ts';
import { runSeeds } from './src/lanes.ts';
import { Report } from './src/report.ts';

const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
const collect = (text: string, seeds: readonly number[]): readonly number[] => [...seeds, whole(text)];

const options = new Command('npm run chaos --')
  .description('Runs seeded schedules of faults against the real apps and audits what they leave.')
  .option('--schedules <n>', 'how many schedules', whole, 40)
  .option('--from <seed>', 'the first seed', whole, 1)
  .option('--seed <seed>', 'only this seed; may be given several times', collect, [])
  .option('--lanes <n>', 'how many systems side by side', whole, 2)
  .parse()
  .opts<{ schedules: number; from: number; seed: readonly number[]; lanes: number }>();

const seeds =
  options.seed.length > 0
    ? options.seed
    : Array.from({ length: options.schedules }, (_, number) => options.from + number);
const report = new Report();
await runSeeds(seeds, options.lanes, (outcome) => {
  report.add(outcome);
  console.log(report.line(outcome));
  if (outcome.violations.length === 0) return;
  for (const violation of outcome.violations) console.log(`    ${violation}`);
  console.log(`    evidence: ${keepEvidence(outcome)}\n    again: ${replayCommand(outcome.seed)}`);
});
console.log(report.summary());
process.exitCode = report.violations === 0 ? 0 : 1;
