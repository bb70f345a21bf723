import type { ItemSetting, Setting, Verb } from './engine/setting.ts';
import type { Configuration } from './model.ts';

export type RunConfiguration = Configuration<Setting, Verb>;

/** One shard, unless the setting says otherwise. The run is already Running. */
const run = (items: readonly string[], more: Partial<ItemSetting> = {}): ItemSetting => ({
  ...{ items, chunkItems: 1, shardItems: items.length, window: 1, isStarted: true },
  ...more,
});

/** Two chunks and a window of one: the first process that can must claim what is not claimed. */
const narrow = run(['good 1', 'good 2']);
const four = run(['good 1', 'good 2', 'good 3', 'good 4'], { window: 2 });
const single = run(['good 1']);
const retried = run(['flaky 1']);
const failing = run(['bad 1', 'good 2']);
const hopeless = run(['bad 1']);
/** Three chunks of two items: successes, failures and a retry. */
const mixed = run(['good 1', 'good 2', 'good 3', 'bad 4', 'flaky 5', 'good 6'], { chunkItems: 2, window: 4 });
const killing = run(['killer 1', 'good 2'], { chunkItems: 2, window: 2 });
const killingOnly = run(['killer 1']);
const two = run(['good 1', 'bad 2'], { shardItems: 1 });
/** Two shards that take turns, with more than one chunk each. */
const turns = run(['good 1', 'good 2', 'bad 3', 'good 4'], { shardItems: 2 });
const wide = run(['good 1', 'good 2', 'bad 3'], { shardItems: 1, window: 2 });
/** The first shard has more out than its share once the second one isn't counted any more. */
const lopsided = run(['bad 1', 'bad 2', 'good 3', 'good 4', 'bad 5'], { shardItems: 4, window: 2, tolerated: 1 });
const intolerant = run(['bad 1', 'good 2', 'bad 3', 'good 4'], {
  chunkItems: 2,
  shardItems: 2,
  window: 4,
  tolerated: 1,
});
/** A chunk of three items, in a window of fewer. */
const part = run(['good 1', 'bad 2', 'good 3'], { chunkItems: 3 });
/** A chunk of five items, of which two may be out. */
const parts = run(['good 1', 'flaky 2', 'good 3', 'good 4', 'good 5'], { chunkItems: 5, window: 2 });
const gated = run(['good 1'], { gate: { onTimeout: 'fail', verdict: true } });
const rejected = run(['good 1'], { gate: { onTimeout: 'fail', verdict: false } });
const gatedFailing = run(['bad 1'], { tolerated: 1, gate: { onTimeout: 'fail', verdict: true } });

const waiting = run(['good 1'], { gate: { onTimeout: 'fail', verdict: true, waitsForever: true } });

/**
 * How often a process may go on that isn't the last one, although that one could. Without this limit most
 * configurations would have millions of states.
 */
const BOUND = 1;

function configuration(
  name: string,
  setting: Setting,
  budgets: RunConfiguration['budgets'],
  more: Partial<RunConfiguration> = {},
): RunConfiguration {
  return { name, setting, budgets: { delay: BOUND, ...budgets }, staff: { worker: { most: 2 } }, ...more };
}

/** One worker at a time, where several at once would show nothing more. */
const oneByOne = { staff: {} };
const unwatched = { isUnwatched: true };

/** The tests see as many of their states as there is time for; `npm run explore` sees all. */
export const configurations: readonly RunConfiguration[] = [
  {
    ...{ name: 'nothing goes wrong', setting: run(['good 1', 'good 2', 'bad 3'], { window: 2, isStarted: false }) },
    ...{ budgets: {}, staff: { worker: { most: 2 } }, limits: { 'tell-small': 3, aggregate: 1 } },
  },
  configuration(
    'three shards share a window',
    { ...wide, isStarted: false },
    {},
    { limits: { 'tell-small': 3, aggregate: 3 } },
  ),
  configuration('a start is interrupted', { ...two, isStarted: false }, { crash: 1 }),
  configuration(
    'a start is interrupted, and its id used again',
    { ...single, isStarted: false },
    { crash: 1, start: 1, delay: 0 },
  ),
  configuration(
    'a start that sends for two shards is interrupted',
    { ...two, window: 2, isStarted: false, startsAll: true },
    { crash: 1, delay: 0 },
  ),
  configuration(
    'a slow start that sends for two shards',
    { ...two, window: 2, isStarted: false, startsAll: true },
    { 'early-pass': 1, delay: 0 },
  ),
  configuration('a slow start', { ...single, isStarted: false }, { 'early-pass': 1 }),
  configuration(
    'a slow start, and its caller dies',
    { ...single, isStarted: false },
    { 'early-pass': 1, crash: 1, delay: 0 },
  ),
  configuration('a slow start of two shards', { ...two, isStarted: false }, { 'early-pass': 1, delay: 0 }),
  configuration('duplicates', narrow, { duplicate: 1 }),
  configuration('a message is forged', narrow, { forge: 1, delay: 0 }),
  configuration('duplicates and a retry', retried, { duplicate: 1 }),
  configuration(
    'a duplicate starts no second chain',
    run(['good 1', 'good 2', 'good 3', 'good 4']),
    { duplicate: 1, delay: 0 },
    {
      limits: { 'tell-small': 4, aggregate: 2 },
    },
  ),
  configuration('crashes and losses', mixed, { crash: 1, loss: 1, delay: 0 }, oneByOne),
  configuration('a delivery continues, and a process dies', { ...four, goesOn: true }, { crash: 1, delay: 0 }),
  configuration(
    'a delivery continues, and its message comes twice',
    { ...four, goesOn: true },
    { duplicate: 1, delay: 0 },
  ),
  configuration('a delivery continues, and answers are lost', { ...four, goesOn: true }, { ambiguous: 1, delay: 0 }),
  configuration('a delivery continues, and is repaired', { ...narrow, goesOn: true }, { 'early-pass': 1 }),
  configuration(
    'a delivery continues, and the run is suspended and resumed',
    { ...narrow, goesOn: true },
    { suspend: 1, resume: 1, delay: 0 },
  ),
  configuration('a delivery continues with a part', { ...part, goesOn: true }, { crash: 1 }, oneByOne),
  configuration(
    'a delivery continues with a part beside an item to retry, and answers are lost',
    { ...parts, goesOn: true },
    { ambiguous: 1 },
  ),
  configuration('two crashes', narrow, { crash: 2, delay: 0 }),
  configuration('ambiguous commits', narrow, { ambiguous: 1 }),
  configuration('two ambiguous commits', retried, { ambiguous: 2, delay: 0 }),
  configuration('suspended and resumed', narrow, { suspend: 1, resume: 1, delay: 1 }, oneByOne),
  configuration('suspended, and a row is cached', narrow, { suspend: 1, stale: 1, delay: 0 }),
  configuration('false repairs', narrow, { 'early-pass': 1 }),
  configuration('an image that kills its worker', killing, {}),
  configuration(
    'an image that kills its worker, and its lease lasts',
    killing,
    { 'long-lease': 99, delay: 0 },
    oneByOne,
  ),
  configuration('a dead letter is interrupted', killingOnly, { crash: 1, 'long-lease': 9, delay: 0 }, oneByOne),
  configuration('stale run rows', two, { stale: 2 }),
  configuration('terminated', narrow, { terminate: 1 }),
  configuration('terminated, and its caller dies', single, { terminate: 1, crash: 1, delay: 0 }),
  configuration('a used id', single, { terminate: 1, start: 1, delay: 0 }, oneByOne),
  configuration('rewound', hopeless, { rewind: 1 }, oneByOne),
  configuration('rewound, and a process dies', failing, { rewind: 1, crash: 1, delay: 0 }, oneByOne),
  configuration('a rewind is interrupted', hopeless, { rewind: 1, crash: 1, delay: 0 }, oneByOne),
  configuration('the window is changed', { ...two, laterWindow: 1 }, { window: 1 }, { limits: { aggregate: 2 } }),
  configuration('too many failures', intolerant, {}),
  configuration('a window of one item', { ...part, isStarted: false }, { duplicate: 1, delay: 0 }),
  configuration('a part is suspended and resumed', part, { suspend: 1, resume: 1, delay: 0 }, oneByOne),
  configuration('a window is narrowed to one item', { ...part, window: 3, laterWindow: 1 }, { window: 1 }),
  configuration('a gate is passed', gated, { event: 1, delay: 1 }, oneByOne),
  configuration('a gate is passed, and a process dies', gated, { event: 1, crash: 1, delay: 0 }, oneByOne),
  configuration('a deadline passes', { ...narrow, deadlineMs: 3_000 }, { tick: 1 }),
  configuration('unwatched: a worker crashes', narrow, { crash: 1, delay: 0 }, unwatched),
  configuration(
    'unwatched: a delivery continues, and a process dies',
    { ...four, goesOn: true },
    { crash: 1, delay: 0 },
    unwatched,
  ),
  configuration(
    'unwatched: a delivery continues, and answers are lost',
    { ...narrow, goesOn: true },
    { ambiguous: 1 },
    unwatched,
  ),
  configuration(
    'unwatched: a delivery continues with a part beside an item to retry, and answers are lost',
    { ...parts, goesOn: true },
    { ambiguous: 1 },
    unwatched,
  ),
  configuration(
    'unwatched: a delivery continues with an item to retry, and answers are lost',
    { ...run(['good 1', 'flaky 2']), goesOn: true },
    { ambiguous: 1, delay: 0 },
    unwatched,
  ),
  configuration('unwatched: ambiguous commits', narrow, { ambiguous: 1 }, unwatched),
  configuration('unwatched: suspended and resumed', narrow, { suspend: 1, stale: 1, delay: 0 }, unwatched),
  configuration(
    'unwatched: a retry while suspended',
    retried,
    { suspend: 1, tick: 1, delay: 0 },
    { ...unwatched, ...oneByOne },
  ),
  configuration('unwatched: stale run rows', turns, { stale: 1 }, unwatched),
  configuration('unwatched: two shards take turns', { ...two, isStarted: false }, {}, unwatched),
  configuration(
    'unwatched: an event just before its gate opens',
    waiting,
    { event: 1, delay: 1 },
    { ...unwatched, ...oneByOne },
  ),
];

/** The configurations with the most states. */
export const largeConfigurations: readonly RunConfiguration[] = [
  configuration(
    'rewound, with a late message',
    hopeless,
    { rewind: 1, 'duplicate aggregate': 1 },
    { staff: { aggregator: { most: 2 } } },
  ),
  configuration(
    'a rewind is interrupted while a watchdog looks',
    hopeless,
    { rewind: 1, crash: 1, 'early-pass': 1, delay: 0 },
    oneByOne,
  ),
  configuration(
    'a dead letter is interrupted, and the run terminated',
    killingOnly,
    { crash: 1, terminate: 1, delay: 0 },
    oneByOne,
  ),
  configuration(
    'failed, rewound and failed again',
    { ...single, deadlineMs: 60_000, isLate: true },
    { rewind: 1 },
    oneByOne,
  ),
  configuration('purged while it is rewound', hopeless, { rewind: 1, purge: 1, delay: 0 }, oneByOne),
  // Otherwise the new run would be of the same millisecond as the old one, and wait for that to pass.
  configuration(
    'purged while its id is used again',
    single,
    { start: 1, purge: 1, delay: 0 },
    { ...oneByOne, callMs: 1 },
  ),
  configuration('rewound with claims out', lopsided, { rewind: 1, delay: 0 }, oneByOne),
  configuration('a gate says no, and the run is rewound', rejected, { event: 2, rewind: 1, delay: 0 }, oneByOne),
  configuration('approved, rewound and asked again', gatedFailing, { event: 2, rewind: 1, delay: 0 }, oneByOne),
  configuration(
    'unwatched: suspended twice',
    single,
    { suspend: 2, resume: 1, delay: 1 },
    { ...unwatched, ...oneByOne },
  ),
];
