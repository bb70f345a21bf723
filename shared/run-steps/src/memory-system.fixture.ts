import { type Chain, messageSchemasOf, poisonQueueOf, policyOf, queueOf, queuesOf, type Stage } from '@tally/chain';
import { MemoryQueues, type ReceivedMessage } from '@tally/queues';
import type { TryOutcome } from '@tally/run-state';
import {
  createRunStore,
  createShardCommitter,
  MemoryTables,
  type RowWrite,
  UnknownOutcomeError,
} from '@tally/run-store';
import { z } from 'zod';
import { collectShard } from './collect-shard.ts';
import type { StepContext } from './context.ts';
import { dispatchRun } from './dispatch-run.ts';
import { handleMessage, type Parsed } from './handle-message.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Delivery, handlePoisonedPermit, handlePoisonedWork } from './poison-message.ts';
import { RunCache } from './run-cache.ts';
import { startRun } from './start-run.ts';
import { noTelemetry, type Telemetry } from './telemetry.ts';
import { type TryItems, workChunk } from './work-chunk.ts';

/** A chain that squares numbers: unlike the first one in everything that a chain can choose. */
const listening = {
  batchSize: 4,
  newBatchThreshold: 2,
  maxPollingIntervalMs: 1_000,
  retryDelaySeconds: 5,
  maxDequeueCount: 3,
};
export const squares: Chain<number, number, { readonly sum: number }> = {
  name: 'squares',
  version: 7,
  dispatch: { name: 'accept', does: 'takes numbers', listening },
  work: { name: 'square', does: 'squares them', listening },
  collect: { name: 'total', does: 'adds them up', listening },
  item: { field: 'number', column: 'numbers', schema: z.number() },
  result: z.number(),
  fold: {
    schema: z.strictObject({ sum: z.number() }),
    empty: { sum: 0 },
    add: (folded, _index, _item, result) => ({ sum: folded.sum + result }),
    merge: (left, right) => ({ sum: left.sum + right.sum }),
  },
  summarize: ({ succeeded, failed, fold }) => ({ sum: fold.sum, succeeded, failed }),
  retry: { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 60_000 },
  repair: { overdueMs: 60_000, slowestFactor: 3, wholeSends: 3, maxSends: 5 },
  sizing: { maxChunkItems: 3, spread: 4, minShardItems: 6, maxShards: 4, maxChunkChars: 1_000 },
  windowChunks: 2,
  maxItems: 100,
};

export type SquareSteps = StepContext<number, number, { readonly sum: number }>;
const schemas = messageSchemasOf(squares);
/** What the Functions host hides a message for while it is in work, and after a failure. */
const LEASE_MS = 600_000;

/** A fault to be thrown in place of an operation. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** The real steps on storage in memory, with a clock that a test moves and faults that it places. */
export class MemorySystem {
  /** Milliseconds since 1970: any instant will do. */
  clock = Date.UTC(2026, 0, 1);
  readonly queues = new MemoryQueues(() => this.clock);
  readonly tables: FaultyTables = new FaultyTables();
  /** Called before each send; may throw. */
  beforeSend: (queue: string, text: string) => void = () => {};
  /** What one try at a number comes to. */
  attempt: (index: number, attempt: number) => TryOutcome<number> = (index) => ({
    kind: 'succeeded',
    result: index * index,
    durationMs: 5,
  });
  /** How many tries were made, by item. */
  readonly tries = new Map<number, number>();
  #tokens = 0;
  #processes = 0;

  async prepare(): Promise<void> {
    await this.worker().store.prepare();
    await this.queues.create(queuesOf(squares));
  }

  /** A process of its own: with its own caches, on the same storage. @param aheadMs how far its clock is ahead */
  worker(aheadMs = 0): SquareSteps {
    this.#processes += 1;
    const now = () => this.clock + aheadMs;
    const rows = {
      itemColumn: squares.item.column,
      itemSchema: squares.item.schema,
      resultSchema: squares.result,
      foldSchema: squares.fold.schema,
    };
    const store = createRunStore({ tables: this.tables, rows });
    const committer = createShardCommitter({
      store,
      policy: policyOf(squares),
      now,
      random: () => 0,
      pause: async () => {},
    });
    const { queues } = this;
    const send = async (queue: string, text: string, delayMs?: number) => {
      this.beforeSend(queue, text);
      await queues.send(queue, text, delayMs);
    };
    const sending = {
      create: queues.create.bind(queues),
      headInsertedAt: queues.headInsertedAt.bind(queues),
      depth: queues.depth.bind(queues),
      send,
    };
    const chance = () => {
      this.#tokens += 1;
      return { tok: `tok${this.#tokens}`, jitter: 0.5 };
    };
    return {
      chain: squares,
      store,
      committer,
      queues: sending,
      runs: new RunCache(store, now),
      heartbeat: new Heartbeat(store, now, quiet, `process ${this.#processes}`),
      log: quiet,
      telemetry: this.telemetry,
      now,
      chance,
    };
  }

  readonly telemetry: Telemetry = noTelemetry;

  readonly tryItems: TryItems<number, number> = async (items) =>
    new Map(
      items.map(({ index }) => {
        const tried = (this.tries.get(index) ?? 0) + 1;
        this.tries.set(index, tried);
        return [index, this.attempt(index, tried)];
      }),
    );

  /** Starts a run of `count` numbers. */
  async start(count: number, options: Partial<Parameters<typeof startRun>[1]> = {}, steps = this.worker()) {
    const items = Array.from({ length: count }, (_, index) => index);
    return await startRun(steps, { runId: 'run', options: { tolerance: {} }, input: null, ...options, items });
  }

  /** Delivers the oldest visible message of any queue, as the host would: deleted when done, given back or poisoned when the handler throws. */
  async deliverOne(steps: SquareSteps = this.worker()): Promise<boolean> {
    for (const stage of [squares.dispatch, squares.work, squares.collect]) {
      for (const from of ['queue', 'poison-queue'] as const) {
        const queue = from === 'queue' ? queueOf(stage) : poisonQueueOf(stage);
        const [message] = this.queues.receive(queue, { visibilityMs: LEASE_MS });
        if (message === undefined) continue;
        await this.#deliver(steps, stage, from, queue, message);
        return true;
      }
    }
    return false;
  }

  /** Delivers until no message is visible. */
  async deliverAll(steps: SquareSteps = this.worker()): Promise<void> {
    for (let count = 0; await this.deliverOne(steps); count += 1) {
      if (count > 2_000) throw new Error('messages call each other without end');
    }
  }

  async #deliver(
    steps: SquareSteps,
    stage: Stage,
    from: 'queue' | 'poison-queue',
    queue: string,
    message: ReceivedMessage,
  ): Promise<void> {
    try {
      await this.handle(steps, stage, from, message.text, {
        body: message.text,
        messageId: message.id,
        dequeueCount: message.dequeueCount,
      });
      this.queues.delete(queue, message);
    } catch (error) {
      if (!(error instanceof Crash) && !(error instanceof UnknownOutcomeError)) throw error;
      if (from === 'poison-queue' || message.dequeueCount < stage.listening.maxDequeueCount) return; // its lease runs out
      await this.queues.send(poisonQueueOf(stage), message.text);
      this.queues.delete(queue, message);
    }
  }

  /** What the function of a queue does with a message. */
  async handle(
    steps: SquareSteps,
    stage: Stage,
    from: 'queue' | 'poison-queue',
    text: string,
    delivery: Delivery,
  ): Promise<void> {
    const parse = <Message>(schema: z.ZodType<Message>): Parsed<Message> => {
      const parsed = schema.safeParse(jsonOf(text));
      return parsed.success ? { value: parsed.data } : { reason: 'not a message of this queue' };
    };
    if (stage === squares.work) {
      await handleMessage(steps, stage, from, delivery, parse(schemas.work), (message) =>
        from === 'queue'
          ? workChunk(steps, message, delivery.dequeueCount, this.tryItems)
          : handlePoisonedWork(steps, message, delivery),
      );
    } else if (from === 'poison-queue') {
      const schema = stage === squares.dispatch ? schemas.dispatch : schemas.collect;
      await handleMessage(steps, stage, from, delivery, parse<{ runId: string; gen: string }>(schema), (message) =>
        handlePoisonedPermit(steps, stage, message, delivery),
      );
    } else if (stage === squares.dispatch) {
      await handleMessage(steps, stage, from, delivery, parse(schemas.dispatch), (message) =>
        dispatchRun(steps, message),
      );
    } else {
      await handleMessage(steps, stage, from, delivery, parse(schemas.collect), (message) =>
        collectShard(steps, message),
      );
    }
  }
}

/** Tables that count their writes and can fail at one: before it takes effect, or after. */
class FaultyTables extends MemoryTables {
  writes = 0;
  beforeWrite: (number: number, table: string, writes: readonly RowWrite[]) => void = () => {};
  afterWrite: (number: number, table: string, writes: readonly RowWrite[]) => void = () => {};

  override async write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]> {
    // Who is there is noted once a process, at any time; no run depends on it.
    if (writes.some((write) => 'row' in write && write.row.partitionKey === 'workers'))
      return await super.write(table, writes);
    this.writes += 1;
    const number = this.writes;
    this.beforeWrite(number, table, writes);
    const etags = await super.write(table, writes);
    this.afterWrite(number, table, writes);
    return etags;
  }
}

const quiet = { info: () => {}, warn: () => {} };

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
