import { drawByRate, type FaultLog, type SeededChance, seededChance } from '@tally/testing';
import { type PlannedRun, REFUSED } from '../plans.ts';
import type { Behaviour, Respond } from './recorder.ts';

/** The random faults in the work of orders and media. */
export const workFaults = ['work fails', 'work breaks off'] as const;
export type WorkFault = (typeof workFaults)[number];

/** The faults that each run's plan contains for its nodes. */
export const workTroubles = ['work fails as planned', 'work is refused as planned'] as const;

/**
 * Injects the planned troubles, and random faults by the seed. The n-th call for a run's node meets the same
 * fault each time the seed is run.
 * @param rates how many of a thousand calls meet the fault
 */
export function injectWorkFaults(
  seed: number,
  rates: Readonly<Partial<Record<WorkFault, number>>>,
  plans: readonly PlannedRun[],
  log: FaultLog,
): Respond {
  const chances = new Map<string, SeededChance>();
  return ({ runId, node }, tries): Behaviour => {
    const plan = plans.find(({ id }) => id === runId);
    const troubles = plan === undefined || plan.chain === 'face-happiness' ? [] : plan.troubles;
    for (const { kind, times } of troubles.filter((trouble) => trouble.node === node)) {
      if (kind === 'refuse' && tries === 0) {
        log.add('work is refused as planned');
        return { fatal: REFUSED };
      }
      if (kind === 'fail' && tries < times) {
        log.add('work fails as planned');
        return 'fail';
      }
    }
    const name = `${runId} ${node}`;
    const chance = chances.get(name) ?? seededChance(seed, name);
    chances.set(name, chance);
    const fault = drawByRate<WorkFault>(chance, rates);
    if (fault === undefined) return 'do';
    log.add(fault);
    return fault === 'work fails' ? 'fail' : 'reset';
  };
}
