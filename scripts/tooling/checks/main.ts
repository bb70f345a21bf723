/**
 * `npm run ci`: runs the gate step by step. It stops at the first step that fails, with that step's exit
 * code.
 */
import { runCommand } from './run-command.ts';
import { type Step, steps } from './steps.ts';

const started = performance.now();
for (const step of steps) {
  const code = await runStep(step);
  if (code !== 0) {
    console.error(`\n✗ ${step.name} failed. Again with: npx ${step.command.join(' ')}`);
    process.exit(code);
  }
}
console.log(`\n✓ all ${steps.length} steps passed in ${seconds(started)}`);

async function runStep(step: Step): Promise<number> {
  const start = performance.now();
  console.log(`\n▸ ${step.name}: ${step.command.join(' ')}`);
  const code = await runCommand(step.command);
  console.log(`${code === 0 ? '✓' : '✗'} ${step.name} ${seconds(start)}`);
  return code;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}
