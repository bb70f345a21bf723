import type { RunConfiguration } from './configurations.ts';
import type { GraphSetting } from './engine/setting.ts';

/** Already Running, and completed in the end. */
const graph = (name: string, outputs: GraphSetting['outputs'], more: Partial<GraphSetting> = {}): GraphSetting => ({
  ...{ graph: name, outputs, isStarted: true },
  ...more,
});

const sequence = graph('sequence', [2]);
const stopped = ['Completed', 'Terminated'];
const diamond = graph('diamond', [3]);
const asking = graph('asking', [11, 21]);
const waiting = graph('waiting', [1]);
const choice = graph('choice', [['succeeded', 'skipped', 'succeeded']]);
const opened = graph('opened', [3]);
const changed = graph('mapped', [3], { itemsChangeAfterMs: 3_000, ends: ['Completed', 'Failed'] });
const failing = graph('failing', [], { tasks: { 'bad-one': 99 }, ends: ['Failed'] });
const mixed = graph('mixed', [], { tasks: { 'bad-one': 99 }, ends: ['Failed'] });
/** Fails at first, and once more after a rewind. */
const middle = graph('middle', [3], { tasks: { second: 3 }, ends: ['Failed', 'Completed'] });
const middleTwice = graph('middle', [3], { tasks: { second: 5 }, ends: ['Failed', 'Completed'] });
const asked = graph('asked', [1], { tasks: { second: 3 }, ends: ['Failed', 'Completed'] });
const askedTwice = graph(
  'asked-twice',
  [
    ['failed', 'succeeded'],
    ['failed', 'timedOut'],
    ['succeeded', 'succeeded'],
    ['succeeded', 'timedOut'],
  ],
  {
    tasks: { first: 2 },
  },
);
const mixedOnce = graph('mixed', [3], { tasks: { 'bad-one': 3 }, ends: ['Failed', 'Completed'] });
const parent = graph('parent', [2]);
const stopping = graph('stopping', [], { tasks: { 'bad-one': 99 }, ends: ['Failed'] });

function configuration(
  name: string,
  setting: GraphSetting,
  budgets: RunConfiguration['budgets'],
  more: Partial<RunConfiguration> = {},
): RunConfiguration {
  return { name, setting, budgets: { delay: 1, ...budgets }, staff: { worker: { most: 2 } }, ...more };
}

/** Messages come up several times until then. */
const LONG_AFTER_MS = 2_000_000;

/** One worker at a time, where several at once would show nothing more. */
const oneByOne = { staff: {} };
const unwatched = { isUnwatched: true };

/** Runs of several nodes. */
export const graphConfigurations: readonly RunConfiguration[] = [
  configuration(
    'a sequence',
    { ...sequence, isStarted: false },
    {},
    { limits: { 'sequence-first': 1, 'sequence-second': 1, intake: 0, aggregate: 0 } },
  ),
  configuration('a sequence is started, and a process dies', { ...sequence, isStarted: false }, { crash: 1, delay: 0 }),
  configuration('a sequence, and two processes die', sequence, { crash: 2, delay: 0 }),
  configuration('a sequence, and messages are lost', sequence, { crash: 1, loss: 1, delay: 0 }, oneByOne),
  configuration(
    'a sequence, and messages come twice',
    { ...sequence, tasks: { first: 'flaky' } },
    { duplicate: 1 },
    // A repeated delivery sends again what has its own token.
    { limits: { 'sequence-first': 2, 'sequence-second': 2 } },
  ),
  configuration('a sequence, and answers are lost', sequence, { ambiguous: 1 }),
  configuration('a task asks to be called again', { ...sequence, tasks: { first: 'again' } }, { crash: 1, delay: 0 }),
  configuration('a task kills its worker', graph('sequence', [], { tasks: { second: 'killer' }, ends: ['Failed'] }), {
    crash: 1,
    delay: 0,
  }),
  configuration('unwatched: a sequence, and a worker crashes', sequence, { crash: 1, delay: 0 }, unwatched),
  configuration('unwatched: a sequence, and answers are lost', sequence, { ambiguous: 1, delay: 0 }, unwatched),
  configuration(
    'a sequence is suspended and resumed',
    sequence,
    { suspend: 1, resume: 1, delay: 1 },
    { limits: { 'sequence-first': 2, 'sequence-second': 2 } },
  ),
  configuration('unwatched: a sequence is suspended and resumed', sequence, { suspend: 1, delay: 1 }, unwatched),
  configuration('a sequence is terminated', { ...sequence, ends: stopped }, { terminate: 1, crash: 1, delay: 0 }),
  configuration('false repairs of a sequence', sequence, { 'early-pass': 1 }),
  configuration('both branches end at once', diamond, { delay: 2 }, { limits: { 'diamond-join': 1 } }),
  configuration('both branches end at once, and a process dies', diamond, { crash: 1, delay: 1 }),
  configuration('unwatched: both branches end at once, and answers are lost', diamond, { ambiguous: 1 }, unwatched),
  configuration('both branches end while it is suspended', diamond, { suspend: 1, delay: 1 }, {}),
  configuration('event, time-out and suspension', asking, { event: 1, suspend: 1, resume: 1, delay: 0 }),
  configuration('event and time-out, and a process dies', asking, { event: 1, crash: 1, delay: 0 }),
  configuration('unwatched: an early event', waiting, { event: 1 }, { ...unwatched, ...oneByOne }),
  configuration('an event, and answers are lost', waiting, { event: 1, ambiguous: 1, delay: 0 }, oneByOne),
  configuration('a choice and what joins behind it', choice, { crash: 1, duplicate: 1, delay: 0 }),
  configuration('a map opened by a task', opened, { delay: 1 }, { limits: { 'tell-small': 2, aggregate: 2 } }),
  configuration('a map whose function changes', changed, { tick: 1, delay: 0 }),
  configuration('a map opened while suspended', opened, { suspend: 1, delay: 0 }, oneByOne),
  configuration('a verdict with branches out', failing, { delay: 1 }),
  configuration('a verdict with branches out, and a process dies', failing, { crash: 1, delay: 0 }),
  configuration('a verdict with a map out', mixed, { delay: 1 }),
  configuration(
    'a verdict, and its closing node fails as the deadline passes',
    { ...failing, tasks: { 'bad-one': 99, alert: 99 }, deadlineMs: 3_000 },
    { tick: 1, delay: 0 },
  ),
  configuration('rewound in the middle', middle, { rewind: 1, crash: 1, delay: 0 }, oneByOne),
  configuration('unwatched: rewound in the middle', middle, { rewind: 1, delay: 0 }, { ...unwatched, ...oneByOne }),
  configuration('rewound in the middle, twice', middleTwice, { rewind: 2, duplicate: 1, delay: 0 }, oneByOne),
  configuration('answered, failed and rewound', asked, { event: 1, rewind: 1, delay: 0 }, oneByOne),
  configuration('answered, rewound and asked again', askedTwice, { event: 1, rewind: 1, delay: 0 }, oneByOne),
  configuration('a child', { ...parent, isStarted: false }, { delay: 0 }),
  configuration('a child, and a process dies', parent, { crash: 1, delay: 0 }),
  configuration('a child, and messages are lost or doubled', parent, { loss: 1, duplicate: 1, delay: 0 }, oneByOne),
  configuration('a child whose parent is terminated', { ...parent, ends: stopped }, { terminate: 1, delay: 1 }),
  configuration('a child whose parent fails', stopping, { delay: 1 }),
  configuration('a child whose parent fails, and a process dies', stopping, { crash: 1, delay: 0 }),
  configuration('two chains in one account', { ...sequence, other: 'choice' }, { crash: 1, delay: 0 }),
  configuration(
    'an app that does not know the version yet',
    { ...sequence, deployedAfterMs: 100_000, ends: stopped },
    { terminate: 1, crash: 1, delay: 0 },
    oneByOne,
  ),
  configuration(
    'unwatched: a task whose workers do not know the version yet',
    { ...sequence, workersKnowAfterMs: LONG_AFTER_MS },
    { delay: 0 },
    { ...unwatched, ...oneByOne },
  ),
  configuration(
    'a map whose workers do not know the version yet',
    { ...opened, workersKnowAfterMs: LONG_AFTER_MS },
    { delay: 0 },
    oneByOne,
  ),
];

/** The configurations with the most states. */
export const largeGraphConfigurations: readonly RunConfiguration[] = [
  configuration(
    'a sequence under a used id, with old messages around',
    { ...sequence, ends: stopped },
    { terminate: 1, start: 1, duplicate: 1, delay: 0 },
  ),
  configuration('a map opened by a task, and its opener dies', opened, { crash: 1, delay: 0 }),
  configuration('a map opened by a task, and messages are lost', opened, { loss: 1, duplicate: 1, delay: 0 }, oneByOne),
  configuration('a verdict with a map out, and a process dies', mixed, { crash: 1, delay: 0 }),
  configuration('rewound with a map out', mixedOnce, { rewind: 1, delay: 0 }),
];
