import { isTerminal, poisonQueueOf } from '@tally/contracts';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { queuesOf } from '../context/compose.ts';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { type Forgery, forgedText, forgery } from '../fixtures/forgeries.fixture.ts';
import { FIRST_ROUND, MemorySystem, SQUARE, squareShards, squares } from '../fixtures/memory-system.fixture.ts';

vi.setConfig({ testTimeout: 600_000 }); // guards against hanging on a busy machine

/** Fixed, so that a red build stays red. A failure prints it with the path to the counterexample. */
const SEED = 20_261_126;
const RUNS = 24;
/** Together the forgeries put more than this many messages. */
const MESSAGES = 1_000;

/**
 * Two runs at once: one of several shards, and one that waits at its gate for an event that is never raised.
 */
const runs = [
  { runId: 'run', count: 14, options: { tolerance: {} }, gate: undefined },
  {
    ...{ runId: 'other', count: 5 },
    options: { tolerance: {} },
    gate: { timeoutMs: 1_200_000, onTimeout: 'fail' },
  },
] as const;

async function startedSystem(): Promise<MemorySystem> {
  const system = new MemorySystem();
  await system.prepare();
  const busy = { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 } as const;
  system.attempt = (index, attempt) => {
    if (index === 3) return { kind: 'failed', error: { code: 'Odd', message: 'is odd' }, durationMs: 1 };
    return index === 7 || (index === 2 && attempt === 1)
      ? busy
      : { kind: 'succeeded', result: index * index, durationMs: 5 };
  };
  for (const { runId, count, options, gate } of runs)
    await system.start(count, { runId, options, ...(gate !== undefined && { gate }) });
  return system;
}

/** Everything recorded of the runs, except what only time and chance decide. */
async function recorded(system: MemorySystem) {
  const { store } = system.worker();
  const found = [];
  for (const { runId } of runs) {
    const run = (await store.readRun(runId))?.value;
    if (run === undefined || !isTerminal(run.status)) throw new Error(`${runId} has not ended`);
    const { status, opened, epoch } = run;
    const shards = opened[0]?.shards ?? 0;
    const nodes = Object.entries(run.nodes).map(([node, state]) => ({
      ...{ node, state: state.state, outcome: 'outcome' in state ? state.outcome : null, since: state.since },
      map: 'map' in state ? state.map : null,
    }));
    const end = { output: 'output' in run ? run.output : null, error: 'error' in run ? run.error : null };
    const finalized = 'finalized' in run ? run.finalized : null;
    const rows = [];
    for (let shard = 0; shard < shards; shard += 1) {
      const key = { runId, generation: run.generation, ...FIRST_ROUND, shard };
      const ledger = (await squareShards(system.worker()).readLedger(key))?.value;
      rows.push({ ...ledger, usualMs: 0, usualAt: undefined });
      for await (const { value } of squareShards(system.worker()).listChunks(key)) {
        expect(Math.max(...value.attempts)).toBeLessThanOrEqual(3);
        rows.push({ ...value, attempts: null });
      }
    }
    found.push({ runId, status, nodes, opened, epoch, finalized, ...end, rows });
  }
  return found;
}

async function finish(system: MemorySystem) {
  for (const { runId } of runs) await runToEnd(system, runId);
  for (const { runId } of runs) await audit(system, runId);
  return await recorded(system);
}

/** Tokens as a reader of the tables finds them. */
async function knownTokens(system: MemorySystem): Promise<string[]> {
  const { store } = system.worker();
  const run = (await store.readRun('run'))?.value;
  const tokens: string[] = [];
  for (let shard = 0; run !== undefined && shard < (run.opened[0]?.shards ?? 0); shard += 1) {
    const ledger = await squareShards(system.worker()).readLedger({
      runId: 'run',
      generation: run.generation,
      ...FIRST_ROUND,
      shard,
    });
    tokens.push(...(ledger?.value.open.map(({ by }) => by) ?? []));
  }
  return tokens;
}

const queues = queuesOf({ chains: [squares] });

interface Seen {
  readonly queue: string;
  readonly text: string;
}

/** The message that a forgery is made from, and the queue for it. */
function copiedBy(system: MemorySystem, { isGivenUp, from }: Forgery, seen: readonly Seen[]): Seen | undefined {
  const work = SQUARE;
  const waiting = isGivenUp ? system.queues.texts(work).filter((text) => text.startsWith('{"v":3')) : [];
  const text = waiting[from % waiting.length];
  return text === undefined ? seen[from % seen.length] : { queue: poisonQueueOf(SQUARE), text };
}

/** Time passes in which no worker takes the real messages, and the poison queues are served. */
async function letWait(system: MemorySystem, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    while (await system.deliverOne(system.worker(), ['poison-queue']));
    system.clock += 60_000;
  }
}

/** Puts each forgery while the runs are at work. @returns how many were put */
async function disturb(system: MemorySystem, forgeries: readonly Forgery[]): Promise<number> {
  /** Messages that were ever in a queue. Old ones are put again too. */
  const seen: Seen[] = [];
  const look = () => {
    for (const queue of queues)
      for (const text of system.queues.texts(queue))
        if (text.startsWith('{"v":3') && !seen.some((other) => other.text === text)) seen.push({ queue, text });
  };
  for (const forged of forgeries) {
    look();
    const copied = copiedBy(system, forged, seen);
    if (copied === undefined) throw new Error('no message was ever there');
    const text = forgedText(forged, copied.text, await knownTokens(system));
    const queue = forged.queue === null ? copied.queue : (queues[forged.queue] ?? copied.queue);
    for (let time = 0; time < forged.times; time += 1) await system.queues.send(queue, text);
    await letWait(system, forged.backlogMinutes);
    const sources = forged.isPoisonFirst ? (['poison-queue', 'queue'] as const) : (['queue', 'poison-queue'] as const);
    for (let count = 0; count < forged.after; count += 1)
      if (!(await system.deliverOne(system.worker(), sources))) system.clock += 10_000;
  }
  return forgeries.reduce((sum, { times }) => sum + times, 0);
}

let undisturbed: Awaited<ReturnType<typeof recorded>>;
beforeAll(async () => {
  undisturbed = await finish(await startedSystem());
}, 600_000);

test('without forged messages, one run completes and the other waits at its gate', () => {
  expect(undisturbed).toMatchObject([
    { status: 'Completed', output: { succeeded: 12, failed: 2 } },
    { status: 'Failed', error: { code: 'GateTimeout' } },
  ]);
});

test('I1 I2: whatever is put into the queues, counts, output and rows are the same as without', async () => {
  let put = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(forgery, { minLength: 25, maxLength: 50, size: 'max' }), async (forgeries) => {
      const system = await startedSystem();
      put += await disturb(system, forgeries);
      expect(await finish(system)).toEqual(undisturbed);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(put).toBeGreaterThan(MESSAGES);
});
