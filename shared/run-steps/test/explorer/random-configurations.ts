import type { RunConfiguration } from './configurations.ts';

/** There are two of each process, and it goes on to the next task with what it remembers. */
const many = {
  callMs: 20,
  staff: {
    worker: { most: 2, tasks: 2, isKept: true },
    aggregator: { most: 2, isKept: true },
    dispatcher: { most: 2 },
    watchdog: { most: 2 },
    caller: { most: 3 },
  },
};
const faults = {
  ...{ crash: 3, ambiguous: 3, loss: 2, duplicate: 3, 'early-pass': 3, tick: 3, look: 3, 'long-lease': 2 },
};

/** All faults together. There are too many states to see each, so they are walked at random. */
export const randomConfigurations: readonly RunConfiguration[] = [
  {
    name: 'four chunks in two shards, and every fault',
    setting: {
      ...{
        items: ['good 1', 'bad 2', 'flaky 3', 'good 4', 'good 5', 'stubborn 6'],
        chunkItems: 2,
        shardItems: 4,
        window: 4,
      },
      laterWindow: 1,
    },
    budgets: { ...faults, suspend: 2, resume: 2, rewind: 2, window: 1, forge: 1 },
    ...many,
  },
  {
    name: 'ended and started again by several processes at once',
    setting: { items: ['good 1', 'bad 2', 'good 3'], chunkItems: 1, shardItems: 2, window: 2 },
    budgets: { ...faults, terminate: 2, rewind: 3, start: 3, purge: 2 },
    ...many,
  },
  {
    name: 'items that kill their workers, in a small window',
    setting: {
      items: ['good 1', 'killer 2', 'good 3', 'killer 4', 'flaky 5'],
      chunkItems: 3,
      shardItems: 5,
      window: 2,
    },
    budgets: { ...faults, suspend: 1, terminate: 1, forge: 1, 'long-lease': 20 },
    ...many,
  },
  {
    name: 'a gate, a deadline and a tolerance',
    setting: {
      ...{ items: ['good 1', 'bad 2', 'good 3'], chunkItems: 1, shardItems: 2, window: 3, tolerated: 1 },
      ...{ gate: { onTimeout: 'complete', verdict: true }, deadlineMs: 2_000_000 },
    },
    budgets: { ...faults, event: 2, suspend: 1, resume: 1, rewind: 2 },
    ...many,
  },
];
