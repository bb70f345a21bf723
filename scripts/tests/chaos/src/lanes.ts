import { ChaosSystem } from './chaos-system.ts';
import { type Outcome, runSchedule } from './run-schedule.ts';
import { scheduleOf } from './schedule.ts';

/**
 * Runs the schedules of these seeds, in `lanes` systems side by side. Each system takes the next seed when it
 * has finished one.
 * @param onOutcome called as each schedule ends
 */
export async function runSeeds(
  seeds: readonly number[],
  lanes: number,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const waiting = [...seeds];
  const work = async (): Promise<void> => {
    let system: ChaosSystem | null = null;
    try {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        system ??= await ChaosSystem.start();
        const outcome = await runGuarded(system, seed);
        onOutcome(outcome);
        if (outcome.violations.length === 0) continue;
        // A fault of this system must not affect the next schedule.
        await system.stop();
        system = null;
      }
    } finally {
      await system?.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, seeds.length) }, work));
}

/** A schedule that can't run to its end is a violation too. Its outcome has the apps' log. */
async function runGuarded(system: ChaosSystem, seed: number): Promise<Outcome> {
  const schedule = scheduleOf(seed);
  try {
    return await runSchedule(system, schedule);
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violations = [`the schedule broke off: ${told}`];
    return { seed, violations, faults: new Map(), timeline: [], log: system.log(), runs: 0, items: 0 };
  }
}
