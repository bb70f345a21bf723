import { happinessOf } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import type { KnownRun } from '../caller.ts';
import type { Verb } from '../schedule.ts';
import type { RecordedRun, RunCells } from './account.ts';
import { auditRun } from './audit-run.ts';
import { expectedOutput } from './expected-output.ts';
import type { RecordedItem, RecordedShard } from './recorded-shard.ts';

const urls = ['fine-0', 'broken-1', 'fine-2', 'fine-3'].map((name) => `https://photos.example/s1-0/${name}.jpg`);

const known: KnownRun = {
  plan: { chain: 'face-happiness', id: 's1-0', urls, options: {}, deadlineMs: null },
  isAcknowledged: true,
  isStartUnclear: false,
  done: new Set<Verb>(),
};

function itemAt(index: number): RecordedItem {
  const url = urls[index] ?? '';
  return index === 1
    ? { index, url, outcome: { status: 'failed', error: { code: 'InvalidImage', message: 'no image' } } }
    : { index, url, outcome: { status: 'succeeded', result: { faces: [{ happiness: happinessOf(url) }] } } };
}

function shardOf(items: readonly RecordedItem[]): RecordedShard {
  const seen = items.filter(({ outcome }) => outcome?.status === 'succeeded').map(({ url }) => happinessOf(url));
  const sumMillionths = seen.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
  const failed = items.filter(({ outcome }) => outcome?.status === 'failed').length;
  return {
    number: 0,
    ledger: {
      ...{ first: 0, count: items.length, epoch: 1, closed: true, todo: '', open: [] },
      ...{ succeeded: seen.length, failed, fold: { faces: seen.length, noFace: 0, sumMillionths } },
    },
    items,
  };
}

const items = [0, 1, 2, 3].map(itemAt);
const endOf = (node: string, outcome = 'succeeded') => ({ node, outcome });
const time = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const completed: RunCells = {
  ...{
    status: 'Completed',
    name: 'face-happiness',
    gen: 'g',
    epoch: 1,
    createdTime: time(0),
    lastUpdatedTime: time(3),
  },
  nodes: {
    detect: { state: 'ended', since: 1, outcome: 'succeeded', map: { total: 4, shards: 1, counted: '0' } },
    approval: { state: 'ended', since: 1, outcome: 'skipped' },
  },
  opened: [{ node: 'detect', since: 1, shards: 1 }],
  owed: [],
  housed: { succeeded: 3, failed: 1, aborted: 0 },
  output: { ...expectedOutput(4, items), happiest: null },
};
const whole: RecordedRun = {
  id: 's1-0',
  run: completed,
  shards: [shardOf(items)],
  summaries: ['detect.1:0000'],
  tasks: new Map(),
  events: new Map(),
  timeline: [
    { time: time(0), type: 'Started' },
    { time: time(1), type: 'Running' },
    { time: time(3), type: 'NodesMoved', detail: { ended: [endOf('detect'), endOf('approval', 'skipped')] } },
    { time: time(3), type: 'Completed' },
  ],
  strays: [],
  dayRows: ['line'],
};

test('a consistent run passes', () => {
  expect(auditRun(known, whole)).toEqual([]);
});

test("a ledger that was written after its run's end may be open, but has no result", () => {
  const bare = items.map((item) => ({ ...item, outcome: null }));
  const cutShort = (inserted: readonly RecordedItem[]): RecordedRun => {
    const shard = shardOf(inserted);
    const { succeeded, failed } = shard.ledger;
    return {
      ...whole,
      run: {
        ...{ ...completed, status: 'Failed', error: { code: 'IntakeInterrupted', message: 'cut short' } },
        housed: { succeeded, failed, aborted: 4 - succeeded - failed },
        nodes: { detect: { state: 'stopped', since: 1, map: { total: 4, shards: 1, counted: '' } } },
      },
      shards: [{ ...shard, ledger: { ...shard.ledger, closed: false } }],
      timeline: ['Started', 'Failed'].map((type, second) => ({ time: time(second), type })),
      summaries: [],
    };
  };
  const unclear = { ...known, isStartUnclear: true };
  expect(auditRun(unclear, cutShort(bare))).toEqual([]);
  expect(auditRun(unclear, cutShort(items)).join('\n')).toMatch(/I5: ledger 0 is not closed/);
});

const ledger = (change: Partial<RecordedShard['ledger']>): RecordedRun => {
  const shard = shardOf(items);
  return { ...whole, shards: [{ ...shard, ledger: { ...shard.ledger, ...change } }] };
};
const withItems = (changed: readonly RecordedItem[]): RecordedRun => ({ ...whole, shards: [shardOf(changed)] });
const run = (change: Partial<RunCells>): RecordedRun => ({ ...whole, run: { ...completed, ...change } });

describe('the audit finds', () => {
  test.each<[string, RecordedRun, RegExp]>([
    ['an item that is there twice', withItems([...items, itemAt(0)]), /item is there twice/],
    ['an item that is not there', withItems(items.slice(1)), /don't hold each item/],
    [
      'an item without a result',
      withItems([...items.slice(0, 3), { index: 3, url: urls[3] ?? '', outcome: null }]),
      /I6/,
    ],
    ['a result of another image', withItems(items.map((item) => ({ ...item, url: urls[0] ?? '' }))), /it is .*, not/],
    [
      'a result that the endpoint never gave',
      withItems([
        ...items.slice(0, 3),
        { index: 3, url: urls[3] ?? '', outcome: { status: 'succeeded', result: { faces: [{ happiness: 0.5 }] } } },
      ]),
      /not what the endpoint has seen/,
    ],
    [
      'a failure for which there is no reason',
      withItems([
        ...items.slice(0, 3),
        { index: 3, url: urls[3] ?? '', outcome: { status: 'failed', error: { code: 'Odd', message: '' } } },
      ]),
      /it failed with Odd/,
    ],
    ['a ledger that counts one item twice', ledger({ succeeded: 4 }), /I1: ledger 0/],
    ['a fold that adds one item twice', ledger({ fold: { faces: 4, noFace: 0, sumMillionths: 1 } }), /I1: ledger 0/],
    ['a ledger that is not closed', ledger({ closed: false }), /I5: ledger 0/],
    ['a claim that is left', ledger({ open: [{}] }), /has work left/],
    [
      'final counts that are not those of the rows',
      run({ housed: { succeeded: 4, failed: 0, aborted: 0 } }),
      /its row counts/,
    ],
    [
      'an output that is not that of the items',
      run({ output: { ...expectedOutput(4, items), min_val: 0 } }),
      /min_val is 0/,
    ],
    ['a termination without a request', run({ status: 'Terminated' }), /not terminated by a caller/],
    [
      'a failure of the run without a reason',
      run({ status: 'Failed', error: { code: 'Odd', message: '' } }),
      /without a reason/,
    ],
    [
      'a start that was answered with 202 and then given up',
      run({ status: 'Failed', error: { code: 'IntakeInterrupted', message: '' } }),
      /IntakeInterrupted without a reason/,
    ],
    ...['RowUnreadable', 'RowMissing', 'OutputFailed'].map((code): [string, RecordedRun, RegExp] => [
      `a run that ended as ${code}, for no schedule damages a row`,
      run({ status: 'Failed', error: { code, message: '' } }),
      new RegExp(`it failed with ${code} without a reason`),
    ]),
    [
      'an item whose result could not be added to the others',
      withItems([
        ...items.slice(0, 3),
        { index: 3, url: urls[3] ?? '', outcome: { status: 'failed', error: { code: 'FoldFailed', message: '' } } },
      ]),
      /it failed with FoldFailed/,
    ],
    ['a purge that was not ended', run({ purgedTime: time(4) }), /purge was begun/],
    ['a shard that was never counted', { ...whole, summaries: [] }, /have a summary/],
    ['rows of another generation', { ...whole, strays: ['s1-0:old:detect.1:0000'] }, /older generation/],
    ['a run that is listed twice', { ...whole, dayRows: ['line', 'line'] }, /2 lines in the listing/],
    ['a timeline out of order', { ...whole, timeline: whole.timeline.toReversed() }, /not in order/],
  ])('%s', (_, recorded, told) => {
    expect(auditRun(known, recorded).join('\n')).toMatch(told);
  });
});
