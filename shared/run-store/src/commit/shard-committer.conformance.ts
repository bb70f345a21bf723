import { type Effect, isFinished } from '@tally/run-state';
import { beforeEach, describe, expect, test } from 'vitest';
import { FaultyTables } from '../fixtures/faulty-tables.fixture.ts';
import {
  NOON,
  newChunks,
  newLedger,
  ROUND,
  recordOf,
  runningRun,
  shardKey,
  sumPolicy,
  sumShape,
  viewOf,
} from '../fixtures/sum-chain.fixture.ts';
import type { ShardStore } from '../records/shard-records.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import type { ShardKey } from '../stored.ts';
import { ConflictError, UnknownOutcomeError } from '../tables/errors.ts';
import type { Tables } from '../tables/tables.ts';
import { type CommitterParts, createShardCommitter } from './shard-committer.ts';

let runs = 0;

function sentChunks(effects: readonly Effect[]): number[] {
  return effects.flatMap((effect) => (effect.type === 'send-chunk' ? [effect.chunk] : []));
}

function types(effects: readonly Effect[]): string[] {
  return effects.map(({ type }) => type);
}

/** The sum of 1 to n: the result of the fold when each of n chunks counts once. */
function sumTo(n: number): number {
  return (n * (n + 1)) / 2;
}

/** What a committer does, on any implementation of the tables. */
export function describeShardCommitter(name: string, connect: () => Promise<Tables>): void {
  describe(`committer: ${name}`, () => {
    let tables: FaultyTables;
    let store: ShardStore;
    let records: RunStore;
    beforeEach(async () => {
      tables = new FaultyTables(await connect());
      records = createRunStore({ tables });
      store = records.shards(sumShape);
      await records.prepare();
    });

    const committerWith = (parts: Partial<CommitterParts> = {}) =>
      createShardCommitter({ store, policy: sumPolicy, now: () => NOON + 1_000, pause: async () => {}, ...parts });

    /** A Running run of one shard with `chunks` chunks. `start` has claimed as many as the window holds. */
    const start = async (chunks: number, window = 2) => {
      runs += 1;
      const run = viewOf(runningRun(`committed ${runs}`, {}, { total: chunks, window }));
      const key = shardKey(run);
      const rows = await store.insertShard(key, newLedger(chunks, Math.min(window, chunks)), newChunks(chunks));
      tables.reads.length = 0;
      tables.writes.length = 0;
      return { run, key, known: rows.chunks };
    };
    const ledgerOf = async (key: ShardKey) => {
      const row = await store.readLedger(key);
      if (row === null) throw new Error('no ledger');
      return row.value;
    };

    test('a record is counted, its share of the window is claimed, and the claim is sent', async () => {
      const { run, key, known } = await start(4);
      const commit = await committerWith().commit(key, { run, event: recordOf(0, 'a'), known });
      if (commit === 'missing') throw new Error('no ledger');
      expect(sentChunks(commit.effects)).toEqual([2]);
      const ledger = await ledgerOf(key);
      expect(ledger).toMatchObject({ succeeded: 1, todo: [[3, 3]], fold: { total: 1 } });
      expect(ledger.open.map(({ chunk, by }) => [chunk, by])).toEqual([
        [1, 'start'],
        [2, 'a'],
      ]);
      expect(commit.rows.ledger.value).toEqual(ledger);
      expect(await store.readChunk(key, 0)).toEqual(commit.rows.chunks.get(0));
    });

    test('waiting commits are merged: forty records take a handful of transactions and count once each', async () => {
      const { run, key, known } = await start(40, 40);
      const committer = committerWith();
      const jobs = [...known.keys()].map((chunk) => ({ run, event: recordOf(chunk, `t${chunk}`), known }));
      const commits = await Promise.all(jobs.map((job) => committer.commit(key, job)));
      expect(tables.writes).toEqual([2, 40]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 40, open: [], fold: { total: sumTo(40) } });
      const reports = commits.filter(
        (commit) => commit !== 'missing' && types(commit.effects).includes('send-aggregate'),
      );
      expect(reports).toHaveLength(1);
    });

    test('a commit after the first one reads nothing: it knows ledger and chunk, and their ETags guard the write', async () => {
      const { run, key, known } = await start(10);
      const committer = committerWith();
      await committer.commit(key, { run, event: recordOf(0, 'a'), known });
      expect(tables.reads).toEqual(['shard']);
      await committer.commit(key, { run, event: recordOf(1, 'b'), known });
      expect(tables.reads).toEqual(['shard']);
      await committer.commit(key, { run, event: recordOf(2, 'c'), known, fresh: true });
      expect(tables.reads).toEqual(['shard', 'shard']);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 3 });
    });

    test('the second of two messages of one chunk in a transaction sees what the first has recorded', async () => {
      runs += 1;
      const run = viewOf(runningRun(`committed ${runs}`, {}, { total: 3, chunkItems: 3 }));
      const key = shardKey(run);
      const chunk = { chunk: 0, first: 0, items: ['a', 'b', 'c'], attempts: [0, 0, 0], outcomes: [null, null, null] };
      await store.insertShard(key, { ...newLedger(1, 1), count: 3 }, [chunk]);
      tables.writes.length = 0;
      const single = (index: number) => {
        const event = recordOf(0, `single${index}`, undefined, { items: [index] });
        return { ...event, outcomes: new Map([...event.outcomes.values()].map((outcome) => [index, outcome])) };
      };
      const committer = committerWith();
      const commits = [0, 1, 2, 1].map((index) => committer.commit(key, { run, event: single(index) }));
      await Promise.all(commits);
      expect(tables.writes).toEqual([2, 2]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 3, open: [] });
    });

    test('I4: a commit whose answer is lost yields the sends of its claims and counts once', async () => {
      const { run, key, known } = await start(6, 3);
      const committer = committerWith();
      tables.stepIn(async (write, table, writes) => {
        await write(table, writes);
        throw new UnknownOutcomeError('the answer was lost');
      });
      const commits = await Promise.all(
        [0, 1].map((chunk) => committer.commit(key, { run, event: recordOf(chunk, `t${chunk}`), known })),
      );
      expect(commits.map((commit) => (commit === 'missing' ? [] : sentChunks(commit.effects)))).toEqual([[3], [4]]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 2, todo: [[5, 5]], fold: { total: 3 } });
    });

    test('I4: the same for a merged commit of several jobs, each with its own claims and retry', async () => {
      const { run, key, known } = await start(8, 4);
      const committer = committerWith();
      tables.stepIn((write, table, writes) => write(table, writes));
      tables.stepIn(async (write, table, writes) => {
        await write(table, writes);
        throw new UnknownOutcomeError('the answer was lost');
      });
      const error = { code: 'Busy', message: 'try again' };
      const retry = { kind: 'retry', error, durationMs: 1, retryAfterMs: 7_000 } as const;
      const events = [recordOf(0, 't0'), recordOf(1, 't1'), recordOf(2, 't2', retry), recordOf(3, 't3')];
      const commits = await Promise.all(events.map((event) => committer.commit(key, { run, event, known })));
      expect(commits.map((commit) => (commit === 'missing' ? [] : sentChunks(commit.effects)))).toEqual([
        [4],
        [5],
        [2],
        [6],
      ]);
      expect(tables.writes).toEqual([2, 4]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 3, todo: [[7, 7]] });
      expect((await store.readChunk(key, 2))?.value.attempts).toEqual([1]);
    });

    test('a commit that gets no answer and does not take effect is repeated', async () => {
      const { run, key, known } = await start(4);
      tables.stepIn(async () => {
        throw new UnknownOutcomeError('the connection broke');
      });
      const commit = await committerWith().commit(key, { run, event: recordOf(0, 'a'), known });
      expect(commit === 'missing' ? [] : sentChunks(commit.effects)).toEqual([2]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 1, fold: { total: 1 } });
    });

    test('I1: committers of several processes on one shard count each chunk once', async () => {
      const { run, key, known } = await start(30, 30);
      const committers = [committerWith(), committerWith(), committerWith()];
      const jobs = [...known.keys()].map((chunk) => ({ run, event: recordOf(chunk, `t${chunk}`), known }));
      // Every chunk is delivered to two of the three.
      const commits = committers.flatMap((committer, place) =>
        jobs.filter((_, chunk) => chunk % 3 !== place).map((job) => committer.commit(key, job)),
      );
      await Promise.all(commits);
      const ledger = await ledgerOf(key);
      expect(ledger).toMatchObject({ succeeded: 30, fold: { total: sumTo(30) } });
      expect(isFinished(ledger)).toBe(true);
    });

    test('a conflict over the ledger reads only the ledger again, a conflict over a chunk only that chunk', async () => {
      const { run, key, known } = await start(6, 3);
      const committer = committerWith();
      await committer.commit(key, { run, event: recordOf(0, 'a'), known });
      const other = committerWith();
      await other.commit(key, { run, event: recordOf(1, 'b'), known });
      tables.reads.length = 0;
      await committer.commit(key, { run, event: recordOf(2, 'c'), known });
      expect(tables.reads).toEqual(['shard']);

      tables.reads.length = 0;
      const twice = await committer.commit(key, { run, event: recordOf(1, 'duplicate'), known });
      // The stale chunk row conflicts, is read again, and then has nothing to record. The ledger is read too
      // before that is believed.
      expect(tables.reads).toEqual(['chunk:000001', 'shard']);
      expect(twice === 'missing' ? null : twice.effects).toEqual([]);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 3, fold: { total: 6 } });
    });

    test('after two conflicts in a row all rows are read again', async () => {
      const { run, key, known } = await start(4);
      const conflict = async () => {
        throw new ConflictError(1, 'changed');
      };
      tables.stepIn(conflict);
      tables.stepIn(conflict);
      await committerWith().commit(key, { run, event: recordOf(0, 'a'), known });
      expect(tables.reads).toEqual(['shard', 'chunk:000000', 'shard', 'chunk:000000']);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 1 });
    });

    test('I9: a drop on a cached ledger is decided again on a fresh one', async () => {
      const { run, key, known } = await start(6, 2);
      const committer = committerWith();
      await committer.commit(key, { run, event: recordOf(0, 'a'), known });
      // Another process moves the ledger to the epoch of a resumed run.
      const resumed = { ...run, epoch: 2 };
      const dispatch = { type: 'dispatch', token: 'resume', chance: { token: 'r', jitter: 0 } } as const;
      await committerWith().commit(key, { run: resumed, event: dispatch });
      const event = recordOf(1, 'b', undefined, { epoch: 2 });
      const empty = await committer.commit(key, { run: resumed, event: { ...event, outcomes: new Map() }, known });
      if (empty === 'missing') throw new Error('no ledger');
      expect(empty.dropped).toBeUndefined();
      expect(empty.rows.ledger.value.epoch).toBe(2);
    });

    test('I9: a drop on a presumed row is decided again on the stored one', async () => {
      const { run, key, known } = await start(6, 2);
      await committerWith().commit(key, { run, event: recordOf(0, 'a'), known });
      tables.reads.length = 0;
      const idle = { ...recordOf(0, 'again'), outcomes: new Map() };
      const commit = await committerWith().commit(key, { run, event: idle, known });
      expect(tables.reads.sort()).toEqual(['chunk:000000', 'shard']);
      expect(commit === 'missing' ? null : commit.rows.chunks.get(0)?.value.outcomes[0]).toMatchObject({
        status: 'succeeded',
      });
    });

    test('a transaction stays within its limits of chunk rows and bytes', async () => {
      const { run, key, known } = await start(20, 20);
      const committer = committerWith({ limits: { rows: 5, bytes: 20_000 } });
      const padded = (chunk: number, padding: string) => {
        const result = { size: chunk + 1, padding };
        return recordOf(chunk, `t${chunk}`, { kind: 'succeeded', result, durationMs: 1 });
      };
      const events = [...known.keys()].map((chunk) => padded(chunk, chunk < 10 ? '' : 'x'.repeat(8_000)));
      await Promise.all(events.map((event) => committer.commit(key, { run, event, known })));
      expect(Math.max(...tables.writes)).toBe(6);
      // From the tenth on at most two fit by their bytes; each transaction has the ledger's row too.
      expect(Math.max(...tables.writes.slice(-4))).toBe(3);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 20, open: [] });
    });

    test('a job that cannot be written fails alone; the jobs merged with it are committed', async () => {
      const { run, key, known } = await start(5, 5);
      const committer = committerWith();
      // A ledger can't hold that sum.
      const endless = { kind: 'succeeded', result: { size: Number.POSITIVE_INFINITY }, durationMs: 1 } as const;
      const events = [0, 1, 2, 3, 4].map((chunk) => recordOf(chunk, `t${chunk}`, chunk === 2 ? endless : undefined));
      const commits = await Promise.allSettled(events.map((event) => committer.commit(key, { run, event, known })));
      expect(commits.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      const ledger = await ledgerOf(key);
      expect(ledger.succeeded).toBe(4);
      expect(ledger.open.map(({ chunk }) => chunk)).toEqual([2]);
    });

    test('a job for a missing chunk fails alone', async () => {
      const { run, key, known } = await start(3, 3);
      const committer = committerWith();
      const events = [recordOf(0, 'a'), recordOf(77, 'b'), recordOf(1, 'c')];
      const commits = await Promise.allSettled(events.map((event) => committer.commit(key, { run, event, known })));
      expect(commits.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 2 });
    });

    test('a shard without a ledger is missing, even if its ledger was cached', async () => {
      const { run, key, known } = await start(5);
      const committer = committerWith();
      expect(await committer.commit({ ...key, generation: 'other' }, { run, event: recordOf(0, 'a') })).toBe('missing');
      await committer.commit(key, { run, event: recordOf(0, 'a'), known });
      await records.purgeGeneration(key.runId, key.generation, [{ ...ROUND, shards: 1 }]);
      expect(await committer.commit(key, { run, event: recordOf(1, 'b'), known })).toBe('missing');
    });

    test('conflicts without end are an error after some tries, and the next commit works', async () => {
      const { run, key, known } = await start(4);
      const pauses: number[] = [];
      const committer = committerWith({
        random: () => 1,
        pause: async (ms) => {
          pauses.push(ms);
        },
      });
      for (let tries = 0; tries < 10; tries += 1) {
        tables.stepIn(async () => {
          throw new UnknownOutcomeError('down');
        });
      }
      await expect(committer.commit(key, { run, event: recordOf(0, 'a'), known })).rejects.toThrow('down');
      expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
      await committer.commit(key, { run, event: recordOf(0, 'a'), known });
      expect(await ledgerOf(key)).toMatchObject({ succeeded: 1 });
    });

    test('a watchdog pass that changes nothing writes nothing', async () => {
      const { run, key } = await start(4);
      const event = {
        type: 'repair',
        look: { headInsertedAt: null, servedAt: null },
        chance: { token: 'w', jitter: 0 },
      } as const;
      const commit = await committerWith().commit(key, { run, event, chunks: () => [] });
      expect(commit === 'missing' ? null : commit.effects).toEqual([]);
      expect(tables.writes).toEqual([]);
    });

    test('caches no more ledgers than allowed', async () => {
      const committer = committerWith({ remembered: 1 });
      const [first, second] = [await start(6), await start(6)];
      await committer.commit(first.key, { run: first.run, event: recordOf(0, 'a'), known: first.known });
      await committer.commit(second.key, { run: second.run, event: recordOf(0, 'a'), known: second.known });
      tables.reads.length = 0;
      await committer.commit(second.key, { run: second.run, event: recordOf(1, 'b'), known: second.known });
      expect(tables.reads).toEqual([]);
      await committer.commit(first.key, { run: first.run, event: recordOf(1, 'b'), known: first.known });
      expect(tables.reads).toEqual(['shard']);
    });
  });
}
