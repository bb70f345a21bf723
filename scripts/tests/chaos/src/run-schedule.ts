import { FaultLog, faceFaults, injectFaceFaults, injectStorageFaults, storageFaults } from '@tally/testing';
import { chaosApps } from './apps.ts';
import { audit } from './audit/audit.ts';
import { Caller } from './caller.ts';
import type { ChaosSystem } from './chaos-system.ts';
import { outages } from './outages.ts';
import type { PlannedRun } from './plans.ts';
import { PASS_MS } from './run-timers.ts';
import { type Move, type Schedule, verbs } from './schedule.ts';
import { purgeAll, settle } from './settle.ts';
import { injectWorkFaults, workFaults, workTroubles } from './works/work-faults.ts';

/** The kinds of everything that can happen to a system, for the counts. */
export const faultKinds: readonly string[] = [
  ...storageFaults,
  ...faceFaults,
  ...workFaults,
  ...workTroubles,
  ...chaosApps.flatMap((app) => [`${app} killed`, `${app} frozen longer than a lease`]),
  'storage restarted',
  ...outages,
  'clock of the timer ahead',
  'clock of the timer behind',
  ...chaosApps.map((app) => `several processes of ${app}`),
  'time passed',
  ...verbs.map((verb) => `call: ${verb}`),
];

/** The result of a schedule. */
export interface Outcome {
  readonly seed: number;
  /** Violations of the rules. Empty if all is well. */
  readonly violations: readonly string[];
  /** The faults that happened, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  /** What was done and answered, in order. */
  readonly timeline: readonly string[];
  /** The last lines that the apps logged. */
  readonly log: string;
  readonly runs: number;
  readonly items: number;
}

/** The most waits between two moves: the system may be waiting for the move itself. */
const MOST_WAITS = 4;
/** How long to look for a quiet system before its requests are counted again. */
const LOOK_MS = 200;

/** Performs the schedule's moves, waits until the system is at rest, and audits the result. */
export async function runSchedule(system: ChaosSystem, schedule: Schedule): Promise<Outcome> {
  const log = new FaultLog(faultKinds);
  const timeline: string[] = [];
  const begun = performance.now();
  const note = (line: string): void => {
    timeline.push(`${((performance.now() - begun) / 1_000).toFixed(2).padStart(7)} s  ${line}`);
  };
  const caller = new Caller(schedule.runs, { url: () => system.url, now: () => system.clock.now(), note });
  const violations: string[] = [];
  await system.arrange(schedule.processes, schedule.skewMs);
  countArrangement(schedule, log);
  system.disturb({
    storage: injectStorageFaults({ seed: schedule.seed, rates: schedule.storageRates, log }),
    face: injectFaceFaults(schedule.seed, schedule.faceRates, log),
    work: injectWorkFaults(schedule.seed, schedule.workRates, schedule.runs, log),
  });
  await performMoves(system, schedule, caller, log, note);
  system.disturb(null);
  note('left in peace');
  const rest = await settle(system, caller, note);
  violations.push(...rest);
  if (rest.length === 0) {
    violations.push(...(await audit(system, caller)));
    violations.push(...(await purgeAll(system, caller, note)));
  }
  violations.push(...system.died, ...system.recorder.faults);
  return {
    seed: schedule.seed,
    violations,
    faults: log.counts,
    timeline,
    log: system.log(),
    runs: schedule.runs.length,
    items: schedule.runs.reduce((sum, plan) => sum + imagesOf(plan), 0),
  };
}

async function performMoves(
  system: ChaosSystem,
  schedule: Schedule,
  caller: Caller,
  log: FaultLog,
  note: (line: string) => void,
): Promise<void> {
  // Calls are not awaited: the next move meets them in progress.
  const calls: Promise<void>[] = [];
  for (const move of schedule.moves) {
    await untilRequests(system, move.after, log);
    note(describe(move, schedule));
    const call = await perform(system, move, caller, log);
    if (call !== null) calls.push(call.done);
  }
  await Promise.all(calls);
}

/** @returns the call that the move started, if it is a call */
async function perform(
  system: ChaosSystem,
  move: Move,
  caller: Caller,
  log: FaultLog,
): Promise<{ readonly done: Promise<void> } | null> {
  switch (move.kind) {
    case 'start':
    case 'call': {
      const run = caller.runs[move.run % caller.runs.length];
      if (run === undefined) return null;
      if (move.kind === 'start') return { done: caller.start(run) };
      log.add(`call: ${move.verb}`);
      return { done: caller.act(run, move.verb) };
    }
    case 'kill':
      await system.kill(move.app, move.place);
      log.add(`${move.app} killed`);
      return null;
    case 'freeze':
      await system.freeze(move.app, move.place);
      log.add(`${move.app} frozen longer than a lease`);
      return null;
    case 'restart storage':
      await system.restartStorage();
      log.add('storage restarted');
      return null;
    case 'outage':
      await system.outage(move.of, move.ms);
      log.add(move.of);
      return null;
    case 'pass time':
      await system.passTime(move.ms);
      log.add('time passed');
      return null;
  }
}

/**
 * Waits for this many more requests. If the system is idle, time passes, so that whatever is due then
 * continues.
 */
async function untilRequests(system: ChaosSystem, more: number, log: FaultLog): Promise<void> {
  const count = system.requests + more;
  for (let waits = 0; system.requests < count && waits < MOST_WAITS; waits += 1) {
    while (system.requests < count && !(await system.quiet(LOOK_MS)));
    if (system.requests >= count) return;
    await system.passTime(PASS_MS);
    log.add('time passed');
  }
}

function countArrangement({ processes, skewMs }: Schedule, log: FaultLog): void {
  if (skewMs > 0) log.add('clock of the timer ahead');
  if (skewMs < 0) log.add('clock of the timer behind');
  for (const app of chaosApps) if (processes[app] > 1) log.add(`several processes of ${app}`);
}

function describe(move: Move, { runs }: Schedule): string {
  switch (move.kind) {
    case 'start': {
      const plan = runs[move.run];
      return plan === undefined ? 'start nothing' : `start run ${move.run}: ${plan.chain}, ${imagesOf(plan)} images`;
    }
    case 'call':
      return `${move.verb} run ${move.run % runs.length}`;
    case 'kill':
    case 'freeze':
      return `${move.kind} ${move.app} ${move.place}`;
    case 'restart storage':
      return move.kind;
    case 'outage':
      return `${move.of} for ${move.ms / 1_000} s`;
    case 'pass time':
      return `${move.ms / 1_000} s pass`;
  }
}

function imagesOf(plan: PlannedRun): number {
  return plan.chain === 'face-happiness' ? plan.urls.length : 0;
}
