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
  /** SIGKILL, and a restart. `place` counts the app's processes in a circle. */
  | { readonly kind: 'kill'; readonly app: ChaosApp; readonly place: number }
  /** SIGSTOP for longer than a message's lease. */
  | { readonly kind: 'freeze'; readonly app: ChaosApp; readonly place: number }
  | { readonly kind: 'restart storage' }
  /** For all processes at once, for `ms` of the system's clock. */
  | { readonly kind: 'outage'; readonly of: Outage; readonly ms: number }
  | { readonly kind: 'pass time'; readonly ms: number };

/** An action. `after` is the number of storage requests between the previous action and this one. */
export type Move = Action & { readonly after: number };

/** Everything that is done to a system in one schedule. The same seed makes the same schedule. */
export interface Schedule {
  readonly seed: number;
  /** Number of processes of each app. */
  readonly processes: Readonly<Record<ChaosApp, number>>;
  /** The error of the clock of the processes with the timer. */
  readonly skewMs: number;
  /** Faults in a thousand requests, calls or messages. */
  readonly storageRates: Readonly<Partial<Record<StorageFault, number>>>;
  readonly faceRates: Readonly<Partial<Record<FaceFault, number>>>;
  readonly workRates: Readonly<Partial<Record<WorkFault, number>>>;
  readonly runs: readonly PlannedRun[];
  readonly moves: readonly Move[];
}

/**
 * Faults in a thousand: rare enough for runs to progress, frequent enough for each schedule to meet dozens.
 */
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

/**
 * Only some of the runs process photos, so a schedule makes few calls of this kind. No fault is left out, and
 * each one is more frequent.
 */
const faceRate = rate.map((drawn) => 2 * drawn + 5);

const faceRates = fc.record<Record<FaceFault, number>>({
  'face 429 with Retry-After': faceRate,
  'face 429 without Retry-After': faceRate,
  'face 500': faceRate,
  // An image that hangs waits for its time-out, so a few are enough.
  'face hang': fc.integer({ min: 0, max: 4 }),
  'face garbage': faceRate,
  'face reset': faceRate,
});

/** A run has few tasks, so one in ten of them may meet a fault. */
const workRate = fc.integer({ min: 0, max: 200 });
const workRates = fc.record<Record<WorkFault, number>>({ 'work fails': workRate, 'work breaks off': workRate });

const app = fc.constantFrom(...chaosApps);
const place = fc.integer({ min: 0, max: 3 });
/** A short outage, one of a minute, and the longest after which everything continues within two minutes. */
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
  /** Where each run starts among the moves. */
  startPlaces: fc.array(fc.nat(6), { minLength: 7, maxLength: 7 }),
});

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  // The generator's output starts alike for neighbouring seeds.
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
