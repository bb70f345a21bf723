import { messageSchemasOf, queueOf } from '@tally/chain';
import { isTerminal, type WorkMessage } from '@tally/contracts';
import type { Chunk, Run } from '@tally/run-state';
import type { DeadLetterRow } from '@tally/run-store';
import type { z } from 'zod';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { controlRun } from '../control/control-run.ts';
import { parseLetterId } from './list-dead-letters.ts';

/**
 * `sent`: its message is in its queue again. `rewound`: its run runs its failed items again, all of them. Both times the letter is gone. `refused`: why not; the
 * letter stays.
 */
export type RedriveResult = 'sent' | 'rewound' | 'not-found' | { readonly refused: string };

/**
 * Sends a dead letter through again. What is counted is counted (I1): items that are recorded as failed don't run again while their run
 * lives; when that has ended, it is rewound, and with these items all its other failed ones.
 * @throws InvalidTokenError where `letterId` is none
 */
export async function redriveDeadLetter<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  letterId: string,
): Promise<RedriveResult> {
  const { store, chain } = context;
  const letter = await store.readDeadLetter(parseLetterId(letterId));
  if (letter === null) return 'not-found';
  if ('error' in letter) return { refused: `its row can't be read (${letter.error.message}); discard it` };
  const run = letter.runId === undefined ? null : ((await store.readRun(letter.runId))?.value ?? null);
  if (letter.runId === undefined) return { refused: 'it is not a message that this version can read; discard it' };
  if (run === null || run.gen !== letter.gen) return { refused: `its run ${letter.runId} is gone; discard it` };
  const done =
    letter.stage === chain.work.name
      ? await redriveWork(context, letter, run)
      : await redrivePermit(context, letter, run);
  // Last: cut short before this it is sent again by the next call, which does no harm (I2).
  if (done === 'sent' || done === 'rewound') await store.deleteDeadLetter(letter);
  return done;
}

/** Throws a dead letter away. @throws InvalidTokenError where `letterId` is none */
export async function discardDeadLetter<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  letterId: string,
): Promise<'discarded' | 'not-found'> {
  return (await store.deleteDeadLetter(parseLetterId(letterId))) ? 'discarded' : 'not-found';
}

async function redriveWork<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  letter: DeadLetterRow,
  run: Run,
): Promise<RedriveResult> {
  const message = parseBody(messageSchemasOf(context.chain).work, letter.body);
  const recorded = await readRecorded(context, run, letter.items ?? message?.items, message);
  if (recorded.failed > 0) {
    if (!isTerminal(run.status))
      return { refused: 'its items are counted as failed; rewind the run when it has ended' };
    return await rewind(context, run);
  }
  if (recorded.open === 0) return { refused: 'its items are recorded as succeeded; discard it' };
  if (message === null) return { refused: 'it holds no message to send; the watchdog sends what is open again' };
  if (message.epoch !== run.epoch) return { refused: 'the run has sent its items anew since; discard it' };
  return await sendAgain(context, letter, run);
}

/** A dispatch or a collect message: what it asks for is looked up when it arrives, so it may be old. */
async function redrivePermit<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  letter: DeadLetterRow,
  run: Run,
): Promise<RedriveResult> {
  const { dispatch, collect } = messageSchemasOf(context.chain);
  const schema: z.ZodType = letter.stage === context.chain.dispatch.name ? dispatch : collect;
  if (parseBody(schema, letter.body) === null) return { refused: 'it is not a message of its queue; discard it' };
  return await sendAgain(context, letter, run);
}

async function sendAgain<Item, Result, Folded>(
  { chain, queues }: StepContext<Item, Result, Folded>,
  letter: DeadLetterRow,
  run: Run,
): Promise<RedriveResult> {
  if (isTerminal(run.status)) return { refused: `its run is ${run.status}; discard it` };
  if (run.status !== 'Running') return { refused: `its run is ${run.status}, and drops messages` };
  const stage = [chain.dispatch, chain.work, chain.collect].find(({ name }) => name === letter.stage);
  if (stage === undefined) return { refused: `the chain has no stage ${letter.stage}` };
  await queues.send(queueOf(stage), letter.body);
  return 'sent';
}

async function rewind<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<RedriveResult> {
  const reason = 'a dead letter was redriven';
  const changed = await controlRun(context, run.runId, { verb: 'rewind', reason });
  if (changed === null) return { refused: `its run ${run.runId} is gone; discard it` };
  return changed.refused === undefined ? 'rewound' : { refused: `its run is ${run.status} and can't be rewound` };
}

/**
 * How many of the letter's items are recorded as failed, and how many have no result.
 * @param items their numbers; absent: all of the chunk that the message points at
 */
async function readRecorded<Item, Result, Folded>(
  { store, chain }: StepContext<Item, Result, Folded>,
  run: Run,
  items: readonly number[] | undefined,
  message: WorkMessage | null,
): Promise<{ failed: number; open: number }> {
  const counts = { failed: 0, open: 0 };
  const named = items === undefined ? null : new Set(items);
  const count = ({ first, outcomes }: Chunk<Item, Result>): void => {
    for (const [place, outcome] of outcomes.entries()) {
      if (named !== null && !named.has(first + place)) continue;
      if (outcome === null) counts.open += 1;
      else if (outcome.status === 'failed') counts.failed += 1;
    }
  };
  if (message !== null) {
    const row = await store.readChunk(shardKeyOf(run, chain.work.name, message.shard), message.chunk);
    if (row !== null) count(row.value);
    return counts;
  }
  // A letter of repair holds no message to say where its items are.
  for (let shard = 0; shard < run.shards; shard += 1) {
    const key = shardKeyOf(run, chain.work.name, shard);
    const ledger = (await store.readLedger(key))?.value;
    if (ledger === undefined) continue;
    const { first, count: size } = ledger;
    if (items?.some((index) => index >= first && index < first + size) !== true) continue;
    for await (const { value } of store.listChunks(key)) count(value);
  }
  return counts;
}

function parseBody<Message>(schema: z.ZodType<Message>, body: string): Message | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
