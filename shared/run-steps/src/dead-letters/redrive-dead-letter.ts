import { workedNodesOf } from '@tally/chain';
import {
  aggregateMessageSchema,
  dispatchMessageSchema,
  isTerminal,
  taskMessageSchema,
  workMessageSchema,
} from '@tally/contracts';
import { type Chunk, type MapView, mapViewsOf, type Run } from '@tally/run-state';
import type { DeadLetterRow } from '@tally/run-store';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { chainOf, isLaneOf } from '../context/registry.ts';
import { controlRun } from '../control/control-run.ts';
import { parseLetterId } from './list-dead-letters.ts';

/**
 * `sent`: its message is in its queue again. `rewound`: its run tries all its failed items again. In both
 * cases the letter is deleted. `refused`: why not; the letter stays.
 */
export type RedriveResult = 'sent' | 'rewound' | 'not-found' | { readonly refused: string };

/**
 * Sends a dead letter again. What is counted stays counted (I1): a recorded failure doesn't run again
 * while its run lives. If the run has ended, it is rewound, with everything else in it that failed.
 * @throws InvalidTokenError where `letterId` isn't a letter's id
 */
export async function redriveDeadLetter(context: StepContext, letterId: string): Promise<RedriveResult> {
  const { store } = context;
  const letter = await store.readDeadLetter(parseLetterId(letterId));
  if (letter === null) return 'not-found';
  if ('error' in letter) return { refused: `its row cannot be read (${letter.error.message}); discard it` };
  const run = letter.runId === undefined ? null : ((await store.readRun(letter.runId))?.value ?? null);
  if (letter.runId === undefined) return { refused: 'it is not a message that this version can read; discard it' };
  if (run === null || run.generation !== letter.generation)
    return { refused: `its run ${letter.runId} is gone; discard it` };
  const done = await redrive(context, letter, run);
  // Last: if this is cut short before it, the next call sends the message again, which does no harm (I2).
  if (done === 'sent' || done === 'rewound') await store.deleteDeadLetter(letter, run);
  return done;
}

/** Throws a dead letter away. @throws InvalidTokenError where `letterId` isn't a letter's id */
export async function discardDeadLetter({ store }: StepContext, letterId: string): Promise<'discarded' | 'not-found'> {
  return (await store.deleteDeadLetter(parseLetterId(letterId))) ? 'discarded' : 'not-found';
}

async function redrive(context: StepContext, letter: DeadLetterRow, run: Run): Promise<RedriveResult> {
  const chain = chainOf(context.registry, run);
  if (chain === undefined)
    return { refused: `this app does not know chain "${run.name}" in version ${run.chainVersion}` };
  const node = workedNodesOf(chain).find((worked) => isLaneOf(worked, letter.stage));
  if (node === undefined) return await redrivePermit(context, letter, run);
  const view = mapViewsOf(run).find((known) => known.node === node.name);
  const map = context.maps.of(run, node.name);
  return view === undefined || map === undefined
    ? await redriveTask(context, letter, run, node.name)
    : await redriveWork(context, letter, run, map, view);
}

async function redriveWork(
  context: StepContext,
  letter: DeadLetterRow,
  run: Run,
  map: MapStage,
  view: MapView,
): Promise<RedriveResult> {
  const message = parseBody(workMessageSchema, letter.body);
  if (message !== null && message.since !== view.since)
    return { refused: 'its node has been opened again since; discard it' };
  const recorded = await readRecorded(map, view, letter.items ?? message?.items, message);
  if (recorded.failed > 0) {
    if (!isTerminal(run.status))
      return { refused: 'its items are counted as failed; rewind the run once it has ended' };
    return await rewind(context, run);
  }
  if (recorded.open === 0) return { refused: 'its items have succeeded; discard it' };
  if (message === null) return { refused: 'it has no message to send; the watchdog sends open work again' };
  if (message.epoch !== run.epoch) return { refused: 'the run has sent its items again since; discard it' };
  return await sendAgain(context, letter, run);
}

/** A task's letter. A failed task runs again with its run; a task that is out is sent again. */
async function redriveTask(
  context: StepContext,
  letter: DeadLetterRow,
  run: Run,
  node: string,
): Promise<RedriveResult> {
  const message = parseBody(taskMessageSchema, letter.body);
  const state = run.nodes[node];
  if (message !== null && message.since !== state?.since)
    return { refused: 'its node has been opened again since; discard it' };
  if (state?.state === 'ended' && state.outcome === 'failed') {
    if (!isTerminal(run.status)) return { refused: 'its task is counted as failed; rewind the run once it has ended' };
    return await rewind(context, run);
  }
  if (state?.state !== 'out') return { refused: 'its task has ended; discard it' };
  if (message === null) return { refused: 'it has no message to send; the watchdog sends open work again' };
  if (message.epoch !== run.epoch) return { refused: 'the run has sent its task again since; discard it' };
  return await sendAgain(context, letter, run);
}

/**
 * A letter of a dispatch or aggregate message. What it asks for is looked up when it arrives, so it may be old.
 */
async function redrivePermit(context: StepContext, letter: DeadLetterRow, run: Run): Promise<RedriveResult> {
  const schema = z.union([dispatchMessageSchema, aggregateMessageSchema]);
  if (parseBody(schema, letter.body) === null)
    return { refused: 'its message does not belong to its queue; discard it' };
  return await sendAgain(context, letter, run);
}

async function sendAgain({ queues }: StepContext, letter: DeadLetterRow, run: Run): Promise<RedriveResult> {
  if (isTerminal(run.status)) return { refused: `its run is ${run.status}; discard it` };
  if (run.status !== 'Running') return { refused: `its run is ${run.status}, and drops messages` };
  await queues.send(letter.stage, letter.body);
  return 'sent';
}

async function rewind(context: StepContext, run: Run): Promise<RedriveResult> {
  const reason = 'a dead letter was redriven';
  const changed = await controlRun(context, run.runId, { verb: 'rewind', reason });
  if (changed === null) return { refused: `its run ${run.runId} is gone; discard it` };
  return changed.refused === undefined ? 'rewound' : { refused: `its run is ${run.status} and cannot be rewound` };
}

/**
 * How many of the letter's items are recorded as failed, and how many have no result.
 * @param items their numbers; absent: all of the chunk that the message points at
 */
async function readRecorded(
  { store }: MapStage,
  view: MapView,
  items: readonly number[] | undefined,
  message: { readonly shard: number; readonly chunk: number } | null,
): Promise<{ failed: number; open: number }> {
  const counts = { failed: 0, open: 0 };
  const named = items === undefined ? null : new Set(items);
  const count = ({ first, outcomes }: Chunk): void => {
    for (const [place, outcome] of outcomes.entries()) {
      if (named !== null && !named.has(first + place)) continue;
      if (outcome === null) counts.open += 1;
      else if (outcome.status === 'failed') counts.failed += 1;
    }
  };
  if (message !== null) {
    const row = await store.readChunk(shardKeyOf(view, message.shard), message.chunk);
    if (row !== null) count(row.value);
    return counts;
  }
  // A letter of repair holds no message that says where its items are.
  for (let shard = 0; shard < view.shards; shard += 1) {
    const key = shardKeyOf(view, shard);
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
