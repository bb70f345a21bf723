import { createHash } from 'node:crypto';
import type { FaceFault, StorageFault } from '@tally/testing';
import fc from 'fast-check';
import { type ChaosApp, chaosApps } from './apps.ts';
import { type Outage, outages } from './outages.ts';
import { drawnRuns, type PlannedRun, plansOf } from './plans.ts';
import type { WorkFault } from './works/work-faults.ts';

export const verbs = [
  'start',
  'suspend',
  'resume',
  'terminate',
  'rewind',
  'restart',
  'purge',
  'approve',
  'reject',
  'narrow',
] as const;
export type Verb = (typeof verbs)[number];

export type Action =
  | { readonly kind: 'start'; readonly run: number }
  | { readonly kind: 'call'; readonly run: number; readonly verb: Verb }
  /** SIGKILL, and started again. `place` counts the app's processes, round and round. */
  | { readonly kind: 'kill'; readonly app: ChaosApp; readonly place: number }
  /** SIGSTOP for longer than a message's lease. */
  | { readonly kind: 'freeze'; readonly app: ChaosApp; readonly place: number }
  | { readonly kind: 'restart storage' }
  /** For all at once, for so long by everybody's clock. */
  | { readonly kind: 'outage'; readonly of: Outage; readonly ms: number }
  | { readonly kind: 'pass time'; readonly ms: number };

/** An action, and how many storage requests after the one before it comes. */
export type Move = Action & { readonly after: number };

/** All that is done to a system in one go; the same seed makes the same schedule. */
export interface Schedule {
  readonly seed: number;
  /** How many processes of each app. */
  readonly processes: Readonly<Record<ChaosApp, number>>;
  /** By how much the clock of the processes with the timer is wrong. */
  readonly skewMs: number;
  /** Of a thousand requests, calls, messages. */
  readonly storageRates: Readonly<Partial<Record<StorageFault, number>>>;
  readonly faceRates: Readonly<Partial<Record<FaceFault, number>>>;
  readonly workRates: Readonly<Partial<Record<WorkFault, number>>>;
  readonly runs: readonly PlannedRun[];
  readonly moves: readonly Move[];
}

/** Faults in a thousand: seldom enough that runs get on, often enough that each schedule meets dozens. */
const rate = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 25 }));

const storageRates = fc.record<Record<StorageFault, number>>({
  '503 before': rate,
  '503 after': rate,
  '500 before': rate,
  '500 after': rate,
  'reset before': rate,
  'reset after': rate,
  delay: rate,
  'message twice': fc.integer({ min: 0, max: 200 }),
  'message lost': fc.integer({ min: 0, max: 100 }),
});

/** Photos are some of the runs only, so that a schedule makes few calls of this kind: none is left out, and each comes more often. */
const faceRate = rate.map((drawn) => 2 * drawn + 5);

const faceRates = fc.record<Record<FaceFault, number>>({
  'face 429 with Retry-After': faceRate,
  'face 429 without Retry-After': faceRate,
  'face 500': faceRate,
  // An image that hangs waits for its time-out; a few are enough.
  'face hang': fc.integer({ min: 0, max: 4 }),
  'face garbage': faceRate,
  'face reset': faceRate,
});

/** Of a run's few tasks one in ten may meet a fault. */
const workRate = fc.integer({ min: 0, max: 200 });
const workRates = fc.record<Record<WorkFault, number>>({ 'work fails': workRate, 'work breaks off': workRate });

const app = fc.constantFrom(...chaosApps);
const place = fc.integer({ min: 0, max: 3 });
/** A short one, a minute, and the longest after which all goes on within two minutes. */
const outageMs = fc.constantFrom(20_000, 60_000, 120_000);
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('call'), run: fc.nat(6), verb: fc.constantFrom(...verbs) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('kill'), app, place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('freeze'), app, place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart storage') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('outage'), of: fc.constantFrom(...outages), ms: outageMs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass time'), ms: fc.constantFrom(30_000, 90_000, 400_000) }) },
);
const after = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 200 }));
const move = fc.tuple(actions, after).map(([action, requests]): Move => ({ ...action, after: requests }));

const drawn = fc.record({
  processes: fc.record({
    intake: fc.constantFrom(1, 1, 2),
    detect: fc.constantFrom(1, 1, 2, 4),
    orders: fc.constantFrom(1, 1, 2),
    media: fc.constantFrom(1, 1, 2),
    aggregate: fc.constantFrom(1, 1, 2),
  }),
  skewMs: fc.constantFrom(0, 0, -120_000, -20_000, 45_000, 150_000, 900_000),
  storageRates,
  faceRates,
  workRates,
  runs: drawnRuns,
  moves: fc.array(move, { minLength: 4, maxLength: 12 }),
  /** Where among the moves each run starts. */
  startPlaces: fc.array(fc.nat(6), { minLength: 7, maxLength: 7 }),
});

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  // Neighbouring seeds of the generator begin alike.
  const generatorSeed = createHash('sha256').update(`schedule ${seed}`).digest().readInt32BE(0);
  const [made] = fc.sample(drawn, { seed: generatorSeed, numRuns: 1 });
  if (made === undefined) throw new Error('fast-check made no schedule');
  const { runs: planned, moves, startPlaces, ...rest } = made;
  const runs = plansOf(seed, planned);
  const withStarts = [...moves];
  for (const number of runs.keys())
    withStarts.splice(Math.min(startPlaces[number] ?? 0, withStarts.length), 0, {
      kind: 'start',
      run: number,
      after: 5,
    });
  return { seed, ...rest, runs, moves: withStarts };
}
