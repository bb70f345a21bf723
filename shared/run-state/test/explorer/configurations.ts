import { bad, flaky, good, type Item, killer, type Setting } from '../counting-chain.ts';
import type { Configuration } from './model.ts';

const oneShard = (chunks: readonly (readonly Item[])[], windowChunks: number): Setting => ({
  shards: [chunks],
  windowChunks,
});

/** Two chunks and a window of one: what is not claimed must be claimed by whoever comes first. */
const narrow = oneShard([[good(1)], [good(2)]], 1);
const narrowOfFour = oneShard([[good(1)], [good(2)], [good(3)], [good(4)]], 1);
const single = oneShard([[good(1)]], 1);
/** Three chunks of two items: successes, failures and a retry. */
const mixed = oneShard(
  [
    [good(1), good(2)],
    [good(3), bad(4)],
    [flaky(5, 1), good(6)],
  ],
  2,
);
const retried = oneShard([[flaky(1, 1)]], 1);
const failing = oneShard([[bad(1)], [good(2)]], 1);
const hopeless = oneShard([[bad(1)]], 1);
const killing = oneShard([[killer(1), good(2)]], 1);
const killingOnly = oneShard([[killer(1)]], 1);
/** Three shards and a window of two chunks: one shard has to wait. */
const wide: Setting = { shards: [[[good(1)], [good(2)]], [[good(3)]], [[bad(4)]]], windowChunks: 2 };
const two: Setting = { shards: [[[good(1)]], [[good(2)], [bad(3)]]], windowChunks: 1 };
/** The second shard has more out than its share once the first one isn't counted any more. */
const lopsided: Setting = { shards: [[[bad(1)]], [[good(2)], [good(3)], [good(4)]]], windowChunks: 2 };
const intolerant: Setting = {
  ...{ shards: [[[bad(1), good(2)]], [[bad(3), good(4)]]], windowChunks: 2 },
  tolerance: { count: 1 },
};
/** Chunks of three items, in windows of fewer. */
const single3: Setting = { ...oneShard([[good(1), bad(2), good(3)]], 1), windowItems: 1 };
const double3: Setting = {
  ...oneShard(
    [
      [good(1), bad(2), good(3)],
      [good(4), good(5), good(6)],
    ],
    1,
  ),
  windowItems: 1,
};
const pair3: Setting = { ...oneShard([[good(1), flaky(2, 1), good(3)]], 1), windowItems: 2 };
const killing3: Setting = { ...oneShard([[good(1), killer(2), good(3)]], 1), windowItems: 2 };
const wide3: Setting = { shards: [[[good(1), good(2), good(3)]], [[good(4), good(5)]]], windowChunks: 2 };
const shards3: Setting = { shards: [[[good(1), good(2)]], [[good(3)]], [[bad(4)]]], windowChunks: 1, windowItems: 1 };
const gate = { event: 'Approval', timeoutMs: 3_600_000 } as const;
const gated: Setting = { ...single, gate: { ...gate, onTimeout: 'fail' } };
const gatedFailing: Setting = { ...oneShard([[bad(1), good(2)]], 1), gate: { ...gate, onTimeout: 'fail' } };
const yes = { approved: true, reason: null };
const no = { approved: false, reason: null };

function configuration(
  name: string,
  setting: Setting,
  budgets: Configuration['budgets'],
  over: Partial<Configuration> = {},
): Configuration {
  return { from: 'started', workers: 2, collectors: 1, watchdogs: 1, name, setting, budgets, ...over };
}

/** Explored at every run of the tests. */
export const smallConfigurations: readonly Configuration[] = [
  configuration('nothing goes wrong', mixed, {}, { from: 'start', limits: { work: 4, collect: 1 } }),
  configuration('three shards share a window', wide, {}, { from: 'start', limits: { work: 4, collect: 3 } }),
  configuration('duplicates', mixed, { duplicate: 2 }),
  configuration(
    'a duplicate starts no second chain',
    narrowOfFour,
    { duplicate: 1 },
    { limits: { work: 5, collect: 2 } },
  ),
  configuration('a message is forged', mixed, { forge: 1 }),
  configuration('messages are forged', narrow, { forge: 2 }),
  configuration('a message is forged, and a worker dies', two, { forge: 1, crash: 1 }),
  configuration('the window is set anew', two, { window: 1 }, { limits: { work: 3, collect: 2 } }),
  configuration('crashes and losses', mixed, { crash: 1, loss: 1 }),
  configuration('ambiguous commits', mixed, { ambiguous: 2 }),
  configuration('two crashes', mixed, { crash: 2 }),
  configuration('suspended and resumed', narrow, { suspend: 1, resume: 1, stale: 1 }),
  configuration('a retry while suspended', retried, { suspend: 1, resume: 1, stale: 2 }),
  configuration('false repairs', mixed, { 'early-watch': 1 }),
  configuration('a false repair of a retry', retried, { 'early-watch': 1 }, { limits: { work: 4, collect: 3 } }),
  configuration('an image that kills its worker', killing, {}),
  configuration('a dead letter is cut short', killingOnly, { crash: 1, terminate: 1, loss: 1 }),
  configuration('two watchdogs give up', killingOnly, { crash: 1, 'early-watch': 1 }, { watchdogs: 2 }),
  configuration('stale run rows', two, { stale: 2 }),
  configuration('terminated', narrow, { terminate: 1, crash: 1 }),
  configuration('the same id again', narrow, { terminate: 1, start: 1 }, { workers: 1 }),
  configuration('a start is cut short', two, { crash: 1, start: 1 }, { from: 'start' }),
  configuration('a slow start', single, { 'early-watch': 1, loss: 1, crash: 1 }, { from: 'start' }),
  configuration('rewound', failing, { rewind: 1, crash: 1 }, { collectors: 2 }),
  configuration('rewound, with a late message', failing, { rewind: 1, duplicate: 1, loss: 1 }, { collectors: 2 }),
  configuration('a rewind is cut short', hopeless, { rewind: 1, duplicate: 1, crash: 1 }, { collectors: 2 }),
  configuration('watchdogs at a rewind', hopeless, { rewind: 1, 'early-watch': 1, crash: 1 }),
  configuration('rewound and started at once', hopeless, { rewind: 1, start: 1, crash: 1 }, { callers: 2 }),
  configuration('purged while it is rewound', hopeless, { rewind: 1, purge: 1, crash: 1 }),
  configuration('purged while its id is used again', single, { start: 1, purge: 1, crash: 1 }),
  configuration('rewound at two shards', { ...two, windowChunks: 2, tolerance: { count: 0 } }, { rewind: 1 }),
  configuration('failed, rewound and failed again', single, { deadline: 2, rewind: 1 }),
  configuration('rewound with claims out', lopsided, { deadline: 1, rewind: 1 }, { workers: 1 }),
  configuration('two watchdogs', narrow, { 'early-watch': 2, loss: 1 }, { watchdogs: 2 }),
  configuration('a gate is passed', gated, { event: 1, crash: 1 }, { collectors: 2, verdict: yes }),
  configuration(
    'a gate and a suspension',
    { ...single, gate: { ...gate, onTimeout: 'complete' } },
    { event: 1, suspend: 1, resume: 1 },
    { verdict: no },
  ),
  configuration('a gate says no, and the run is rewound', gated, { event: 2, rewind: 1 }, { verdict: no }),
  configuration('approved, rewound and asked again', gatedFailing, { event: 2, rewind: 1 }, { verdict: yes }),
  configuration('a deadline passes', { ...narrow, deadlineMs: 60_000 }, { lateness: 1, crash: 1, stale: 1 }),
  configuration(
    'a deadline passes at a gate',
    { ...gated, deadlineMs: 60_000 },
    { lateness: 1, event: 1 },
    { verdict: yes },
  ),
  configuration('rewound after its deadline', { ...failing, deadlineMs: 60_000 }, { lateness: 1, rewind: 1 }),
  configuration('a window of one item', single3, { duplicate: 1, crash: 1 }),
  configuration('a window of one item for two chunks', double3, { duplicate: 1 }),
  configuration('a window of two items, and a retry', pair3, { 'early-watch': 1, loss: 1 }),
  configuration('a part with an image that kills its worker', killing3, {}, { workers: 1 }),
  configuration('a part is suspended and resumed', single3, { suspend: 1, resume: 1, stale: 1 }),
  configuration('a window is narrowed to one item', wide3, { window: 1, crash: 1 }, { narrowedTo: 1 }),
  configuration('too many failures', intolerant, { crash: 1 }),
];

/** Where no message is lost and no caller dies, the messages alone must bring the run to its end: nobody repairs anything. */
export const unwatchedConfigurations: readonly Configuration[] = [
  configuration('unwatched: a worker crashes', narrow, { 'worker-crash': 1 }),
  configuration('unwatched: ambiguous commits', mixed, { ambiguous: 2 }),
  configuration('unwatched: duplicates', mixed, { duplicate: 1 }),
  configuration('unwatched: suspended and resumed', narrow, { suspend: 1, stale: 1 }),
  configuration('unwatched: suspended twice', single, { suspend: 2, resume: 1 }),
  configuration('unwatched: a retry while suspended', retried, { suspend: 1, resume: 1, stale: 1 }),
  configuration('unwatched: stale run rows', two, { stale: 2 }),
  configuration('unwatched: a window of one item for three shards', shards3, { stale: 1, duplicate: 1 }),
  configuration('unwatched: a part is suspended', single3, { suspend: 1, resume: 1, stale: 1 }),
  configuration('unwatched: a part whose worker crashes', pair3, { 'worker-crash': 1 }),
  configuration('unwatched: a window is narrowed to one item', wide3, { window: 1, stale: 1 }, { narrowedTo: 1 }),
  configuration('unwatched: three shards', wide, { stale: 1, duplicate: 1 }),
  configuration('unwatched: a gate', gated, { event: 1 }, { collectors: 2, verdict: yes, waitsForever: true }),
  configuration(
    'unwatched: an event just before its gate opens',
    gated,
    { event: 2, 'caller-crash': 1 },
    { verdict: yes, waitsForever: true },
  ),
  configuration(
    'unwatched: a gate and a suspension',
    gated,
    { event: 1, suspend: 1 },
    { verdict: yes, waitsForever: true },
  ),
].map((unwatched) => ({ ...unwatched, watchdogs: 0 }));

/** Minutes: every fault beside every other, two of all who can be two. Explored by `npm run explore`. */
export const largeConfigurations: readonly Configuration[] = [
  configuration('large: duplicates and crashes', mixed, { duplicate: 1, crash: 1, loss: 1 }),
  configuration('large: false repairs and ambiguous commits', mixed, { 'early-watch': 1, ambiguous: 1 }),
  configuration(
    'large: two watchdogs at a retry',
    oneShard(
      [
        [flaky(1, 1), good(2)],
        [bad(3), good(4)],
      ],
      1,
    ),
    { 'early-watch': 2, crash: 1 },
    { watchdogs: 2 },
  ),
  configuration(
    'large: two watchdogs and a killing image',
    oneShard([[killer(1), good(2)], [good(3)]], 1),
    { 'early-watch': 1, duplicate: 1 },
    { watchdogs: 2 },
  ),
  configuration('large: suspended twice', narrow, { suspend: 2, resume: 2, stale: 1, duplicate: 1 }),
  configuration('large: suspended at three shards', wide, { suspend: 1, resume: 1, stale: 1 }),
  configuration('large: three shards and losses', wide, { loss: 1, crash: 1, stale: 1 }),
  configuration('large: terminated at three shards', wide, { terminate: 1, duplicate: 1 }),
  configuration('large: rewound twice', failing, { rewind: 2, crash: 1, duplicate: 1 }, { collectors: 2 }),
  configuration('large: rewound while old messages come', two, { deadline: 1, rewind: 1, stale: 1, loss: 1 }),
  configuration('large: the same id again and again', narrow, { terminate: 2, start: 2 }, { workers: 1 }),
  configuration(
    'large: the same id while a start is slow',
    single,
    { start: 1, crash: 1, 'early-watch': 1 },
    { from: 'start' },
  ),
  configuration(
    'large: a gate and everything',
    gated,
    { event: 1, crash: 1, suspend: 1, duplicate: 1 },
    { verdict: yes },
  ),
  configuration('large: a gate, rejected and rewound', gated, { event: 2, rewind: 1, crash: 1 }, { verdict: no }),
  configuration(
    'large: two watchdogs at the end',
    failing,
    { 'early-watch': 2, rewind: 1 },
    { watchdogs: 2, collectors: 2 },
  ),
  configuration('large: purged while it is rewound', hopeless, { rewind: 1, purge: 1, crash: 1, duplicate: 1 }),
  configuration('large: purged and watched', hopeless, { rewind: 1, purge: 1, crash: 1, 'early-watch': 1 }),
  configuration(
    'large: rewound, started and purged at once',
    hopeless,
    { rewind: 1, start: 1, purge: 1, crash: 1 },
    { workers: 1, callers: 2 },
  ),
  configuration(
    'large: started twice at once, and purged',
    hopeless,
    { start: 2, purge: 1, crash: 1 },
    { workers: 1, callers: 2 },
  ),
];
