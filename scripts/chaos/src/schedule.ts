import { createHash } from 'node:crypto';
import { type AppName, appNames } from '@tally/test-system';
import type { FaceFault, StorageFault } from '@tally/testing';
import fc from 'fast-check';

/** A run that a schedule starts. */
export interface PlannedRun {
  readonly id: string;
  readonly urls: readonly string[];
  readonly options: {
    readonly window?: number;
    readonly toleratedFailureCount?: number;
    readonly approval?: { readonly timeout: string; readonly onTimeout: 'fail' | 'complete' };
  };
  /** Milliseconds from its start to its deadline. */
  readonly deadlineMs: number | null;
}

export const verbs = [
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
  | { readonly kind: 'kill'; readonly app: AppName; readonly place: number }
  /** SIGSTOP for longer than a message's lease. */
  | { readonly kind: 'freeze'; readonly app: AppName; readonly place: number }
  | { readonly kind: 'restart storage' }
  | { readonly kind: 'pass time'; readonly ms: number };

/** An action, and how many storage requests after the one before it comes. */
export type Move = Action & { readonly after: number };

/** All that is done to a system in one go; the same seed makes the same schedule. */
export interface Schedule {
  readonly seed: number;
  /** How many processes of each app. */
  readonly processes: Readonly<Record<AppName, number>>;
  /** By how much the clock of the processes with the timer is wrong. */
  readonly skewMs: number;
  /** Of a thousand requests, calls, messages. */
  readonly storageRates: Readonly<Partial<Record<StorageFault, number>>>;
  readonly faceRates: Readonly<Partial<Record<FaceFault, number>>>;
  readonly runs: readonly PlannedRun[];
  readonly moves: readonly Move[];
}

/** The face service says of these that they are no images. */
export function isBroken(url: string): boolean {
  return url.includes('/broken-');
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

const faceRates = fc.record<Record<FaceFault, number>>({
  'face 429 with Retry-After': rate,
  'face 429 without Retry-After': rate,
  'face 500': rate,
  // An image that hangs waits for its time-out; a few are enough.
  'face hang': fc.integer({ min: 0, max: 4 }),
  'face garbage': rate,
  'face reset': rate,
});

/** One image, a few, some chunks; and more than one shard holds, which begins at 1,024. */
const imageCount = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 3 },
  { arbitrary: fc.integer({ min: 40, max: 400 }), weight: 4 },
  { arbitrary: fc.integer({ min: 1_100, max: 2_200 }), weight: 2 },
);

const approval = fc.record({
  timeout: fc.constantFrom('PT1M', 'PT20M'),
  onTimeout: fc.constantFrom<('fail' | 'complete')[]>('fail', 'complete'),
});

const run = fc.record({
  images: imageCount,
  /** Every n-th image is broken. */
  brokenEvery: fc.constantFrom(null, null, 2, 7, 50),
  options: fc.record(
    { window: fc.integer({ min: 1, max: 200 }), toleratedFailureCount: fc.integer({ min: 0, max: 20 }), approval },
    { requiredKeys: [] },
  ),
  deadlineMs: fc.option(fc.integer({ min: 20_000, max: 900_000 }), { freq: 5 }),
});

const app = fc.constantFrom(...appNames);
const place = fc.integer({ min: 0, max: 3 });
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('call'), run: fc.nat(3), verb: fc.constantFrom(...verbs) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('kill'), app, place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('freeze'), app, place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart storage') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass time'), ms: fc.constantFrom(30_000, 90_000, 400_000) }) },
);
const after = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 200 }));
const move = fc.tuple(actions, after).map(([action, requests]): Move => ({ ...action, after: requests }));

const drawn = fc.record({
  processes: fc.record({
    intake: fc.constantFrom(1, 1, 2),
    detect: fc.constantFrom(1, 1, 2, 4),
    aggregate: fc.constantFrom(1, 1, 2),
  }),
  skewMs: fc.constantFrom(0, 0, -120_000, -20_000, 45_000, 150_000, 900_000),
  storageRates,
  faceRates,
  runs: fc.array(run, { minLength: 2, maxLength: 4 }),
  moves: fc.array(move, { minLength: 4, maxLength: 12 }),
  /** Where among the moves each run starts. */
  startPlaces: fc.array(fc.nat(6), { minLength: 4, maxLength: 4 }),
});

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  // Neighbouring seeds of the generator begin alike.
  const generatorSeed = createHash('sha256').update(`schedule ${seed}`).digest().readInt32BE(0);
  const [made] = fc.sample(drawn, { seed: generatorSeed, numRuns: 1 });
  if (made === undefined) throw new Error('fast-check made no schedule');
  const { runs: planned, moves, startPlaces, ...rest } = made;
  const runs = planned.map(({ images, brokenEvery, options, deadlineMs }, number): PlannedRun => {
    const id = `s${seed}-${number}`;
    return { id, urls: urlsOf(id, images, brokenEvery), options, deadlineMs };
  });
  const withStarts = [...moves];
  for (const number of runs.keys())
    withStarts.splice(Math.min(startPlaces[number] ?? 0, withStarts.length), 0, {
      kind: 'start',
      run: number,
      after: 5,
    });
  return { seed, ...rest, runs, moves: withStarts };
}

function urlsOf(id: string, images: number, brokenEvery: number | null): string[] {
  return Array.from({ length: images }, (_, index) => {
    const isOneBroken = brokenEvery !== null && index % brokenEvery === brokenEvery - 1;
    return `https://photos.example/${id}/${isOneBroken ? 'broken' : 'fine'}-${index}.jpg`;
  });
}
