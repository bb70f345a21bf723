import { NO_WRITES, type NodeRound } from '@tally/run-state';
import { beforeAll, describe, expect, test } from 'vitest';
import { NOON, ROUND, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { startedRun, summaryOf, wholeRun, writeOn } from '../fixtures/written-runs.fixture.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import { ConflictError } from '../tables/errors.ts';
import type { Tables } from '../tables/tables.ts';
import type { ShardStore } from './shard-records.ts';

const PDF: NodeRound = { node: 'pdf', since: 1 };

/** The events and shard summaries that are written with a run row, on any implementation of the tables. */
export function describeEventsAndSummaries(name: string, connect: () => Promise<Tables>): void {
  describe(`events and shard summaries: ${name}`, () => {
    let tables: Tables;
    let store: RunStore;
    let shards: ShardStore;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables });
      shards = store.shards(sumShape);
      await store.prepare();
    });

    test('an event of any name and payload is stored with the run row and in the timeline', async () => {
      const { run, whole: first } = await startedRun(store);
      const named = `a/b\\c#d?e'f:g`;
      const second = await writeOn(store, first, { event: { name: named, at: NOON + 30, payload: null } });
      const history = [
        { at: NOON + 20, type: 'Started' },
        { at: NOON + 40, type: 'Completed' },
      ] as const;
      const third = await writeOn(
        store,
        second,
        { event: { name: 'late', at: NOON + 50, payload: { ok: true }, reason: 'it had to be' } },
        { history },
      );
      expect([...third.records.events]).toEqual([
        [named, { at: NOON + 30, payload: null }],
        ['late', { at: NOON + 50, payload: { ok: true }, reason: 'it had to be' }],
      ]);
      expect(await store.readHistory(run.runId)).toEqual([
        { at: NOON + 20, type: 'Started' },
        { at: NOON + 30, type: 'EventRaised', detail: { name: named, input: null } },
        { at: NOON + 40, type: 'Completed' },
        {
          at: NOON + 50,
          type: 'EventRaised',
          detail: { name: 'late', input: { ok: true }, reason: 'it had to be' },
        },
      ]);
      const twice = store.writeRun(third, {
        run,
        writes: { ...NO_WRITES, event: { name: 'late', at: NOON, payload: 1 } },
        history: [],
      });
      await expect(twice).rejects.toBeInstanceOf(ConflictError);
    });

    test('a consumed event is not read again and stays in the timeline, and another event of its name can come', async () => {
      const { run, whole: first } = await startedRun(store);
      const second = await writeOn(store, first, { event: { name: 'Go', at: NOON + 30, payload: 'yes' } });
      const third = await writeOn(
        store,
        second,
        { dropEvents: ['Go'] },
        { history: [{ at: NOON + 40, type: 'Rewound' }] },
      );
      expect(third.records.events).toEqual(new Map());
      const fourth = await writeOn(store, third, { event: { name: 'Go', at: NOON + 50, payload: 'no' } });
      expect(fourth.records.events.get('Go')).toEqual({ at: NOON + 50, payload: 'no' });
      expect(await store.readHistory(run.runId)).toEqual([
        { at: NOON + 30, type: 'EventRaised', detail: { name: 'Go', input: 'yes' } },
        { at: NOON + 40, type: 'Rewound' },
        { at: NOON + 50, type: 'EventRaised', detail: { name: 'Go', input: 'no' } },
      ]);
      const unread = store.writeRun(third, { run, writes: { ...NO_WRITES, dropEvents: ['Go'] }, history: [] });
      await expect(unread).rejects.toThrow('was not read');
    });

    test('I1: a summary is written with the run row, and replaces a void one', async () => {
      const { run, whole: first } = await startedRun(store);
      const second = await writeOn(store, first, { summary: { ...ROUND, summary: summaryOf(1) } });
      expect(await shards.readSummaries({ ...run, ...ROUND })).toEqual([summaryOf(1)]);
      const late = store.writeRun(first, {
        run,
        writes: { ...NO_WRITES, summary: { ...ROUND, summary: summaryOf(0) } },
        history: [],
      });
      await expect(late).rejects.toMatchObject({ index: 0 });
      const history = [{ at: NOON, type: 'ShardCounted' }] as const;
      const tasks = [{ ...PDF, input: 1 }];
      // A count knows no more of the run than its row.
      const standing = { generation: run.generation, etag: second.etag };
      await store.writeRun(standing, {
        run,
        writes: { ...NO_WRITES, tasks, summary: { ...ROUND, summary: summaryOf(1, 50) } },
        history,
      });
      expect(await shards.readSummaries({ ...run, ...ROUND })).toEqual([summaryOf(1, 50)]);
      expect((await wholeRun(store, run.runId)).records.tasks.size).toBe(1);
      expect(await store.readHistory(run.runId)).toEqual(history);
    });

    test('each round of each map node has its own summaries, up to 64', async () => {
      const { run, whole: first } = await startedRun(store);
      let before = first;
      const rounds = [ROUND, { ...ROUND, since: 12 }, { ...ROUND, since: 2 }, { node: 'measure-2', since: 1 }];
      for (const [place, round] of rounds.entries())
        before = await writeOn(store, before, { summary: { ...round, summary: summaryOf(0, place) } });
      for (let shard = 1; shard < 64; shard += 1)
        before = await writeOn(store, before, { summary: { ...ROUND, summary: summaryOf(shard) } });
      expect((await shards.readSummaries({ ...run, ...ROUND })).map(({ shard }) => shard)).toEqual([
        ...Array(64).keys(),
      ]);
      for (const [place, round] of rounds.entries())
        expect((await shards.readSummaries({ ...run, ...round }))[0]).toEqual(summaryOf(0, place));
      expect(await shards.readSummaries({ ...run, node: 'meas', since: 1 })).toEqual([]);
    });
  });
}
