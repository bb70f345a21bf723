import fc from 'fast-check';

/** A run of face-happiness that a schedule starts. */
export interface PlannedPhotos {
  readonly chain: 'face-happiness';
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

/** A run of orders or media, whose handlers ask the recorder. */
export interface PlannedWork {
  readonly chain: 'orders' | 'media';
  readonly id: string;
  readonly troubles: readonly Trouble[];
  /** Only used for an order. */
  readonly approvalTimeout: '1m' | '20m';
  readonly deadlineMs: number | null;
}

export type PlannedRun = PlannedPhotos | PlannedWork;

/**
 * A fault in a node's work: its first calls fail, or its first call is refused permanently, with
 * {@link REFUSED}.
 */
export interface Trouble {
  readonly node: string;
  readonly kind: 'fail' | 'refuse';
  /** Number of calls that `fail`. */
  readonly times: number;
}

/** The code of an error that is not retried. */
export const REFUSED = 'Refused';

export interface GraphNode {
  readonly name: string;
  readonly after: readonly string[];
  readonly kind: 'task' | 'map' | 'wait' | 'closing';
}
const node = (name: string, after: readonly string[] = [], kind: GraphNode['kind'] = 'task'): GraphNode => ({
  ...{ name, after, kind },
});

/** The graphs of the three chains, as a person reads them from their pictures. */
export const graphs: Readonly<Record<PlannedRun['chain'], readonly GraphNode[]>> = {
  'face-happiness': [node('detect', [], 'map'), node('approval', ['detect'], 'wait')],
  orders: [
    ...[node('save'), node('pdf', ['save']), node('video', ['save']), node('ask', ['pdf', 'video'])],
    ...[node('approval', ['ask'], 'wait'), node('email', ['approval']), node('decline', ['approval'])],
    node('alert', [], 'closing'),
  ],
  media: [
    ...[node('scan'), node('copy', ['scan']), node('metadata', ['copy']), node('database', ['metadata'])],
    ...[node('audit', ['metadata']), node('transcode', ['copy']), node('thumbnail', ['transcode'])],
    ...[node('loudness', ['transcode']), node('notify', ['database', 'audit', 'thumbnail', 'loudness'])],
  ],
};

/** The face service reports that these are not images. */
export function isBroken(url: string): boolean {
  return url.includes('/broken-');
}

/** One image, a few, several chunks, or more images than a shard holds. A second shard starts at 1,024. */
const imageCount = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 3 },
  { arbitrary: fc.integer({ min: 40, max: 400 }), weight: 4 },
  { arbitrary: fc.integer({ min: 1_100, max: 2_200 }), weight: 2 },
);

const approval = fc.record({
  timeout: fc.constantFrom('PT1M', 'PT20M'),
  onTimeout: fc.constantFrom<('fail' | 'complete')[]>('fail', 'complete'),
});

const deadlineMs = fc.option(fc.integer({ min: 20_000, max: 900_000 }), { freq: 5 });

const photos = fc.record({
  images: imageCount,
  /** Every n-th image is broken. */
  brokenEvery: fc.constantFrom(null, null, 2, 7, 50),
  options: fc.record(
    { window: fc.integer({ min: 1, max: 200 }), toleratedFailureCount: fc.integer({ min: 0, max: 20 }), approval },
    { requiredKeys: [] },
  ),
  deadlineMs,
});

const workOf = <Chain extends 'orders' | 'media'>(chain: Chain) =>
  fc.record({
    chain: fc.constant(chain),
    troubles: fc.array(
      fc.record({
        node: fc.constantFrom(...graphs[chain].filter(({ kind }) => kind !== 'wait').map(({ name }) => name)),
        kind: fc.constantFrom<Trouble['kind'][]>('fail', 'fail', 'refuse'),
        times: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 2 },
    ),
    approvalTimeout: fc.constantFrom<PlannedWork['approvalTimeout'][]>('1m', '20m'),
    deadlineMs,
  });

/** The runs of a schedule, at least one of each chain. */
export const drawnRuns = fc.record({
  photos: fc.array(photos, { minLength: 1, maxLength: 2 }),
  orders: fc.array(workOf('orders'), { minLength: 1, maxLength: 3 }),
  media: fc.array(workOf('media'), { minLength: 1, maxLength: 2 }),
});
type DrawnRuns = typeof drawnRuns extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** The plans of a seed's runs. */
export function plansOf(seed: number, { photos: drawn, orders, media }: DrawnRuns): readonly PlannedRun[] {
  const idOf = (number: number): string => `s${seed}-${number}`;
  const ofPhotos = drawn.map(({ images, brokenEvery, ...rest }, number): PlannedPhotos => {
    const id = idOf(number);
    return { chain: 'face-happiness', id, urls: urlsOf(id, images, brokenEvery), ...rest };
  });
  const ofWork = [...orders, ...media].map(
    (rest, number): PlannedWork => ({ id: idOf(drawn.length + number), ...rest }),
  );
  return [...ofPhotos, ...ofWork];
}

function urlsOf(id: string, images: number, brokenEvery: number | null): string[] {
  return Array.from({ length: images }, (_, index) => {
    const isOneBroken = brokenEvery !== null && index % brokenEvery === brokenEvery - 1;
    return `https://photos.example/${id}/${isOneBroken ? 'broken' : 'fine'}-${index}.jpg`;
  });
}
