import type { WorkMessage } from '@tally/contracts';
import { type MessageHead, pendingItems, type Run, type TryOutcome, untouchedChunk } from '../../src/index.ts';
import { type Item, tryItem } from '../counting-chain.ts';
import type { ChunkRow, World } from '../world.ts';
import { cachedRun, freshRun, isAdmitted, type Process, perform, type Steps, visitShard } from './operations.ts';

/** The label at which a worker dies of the item that it has taken up. */
export const KILLED = 'killed';

/** One delivery of a work message. */
export function* workChunk(world: World, process: Process, message: WorkMessage<Item>, deliveries: number): Steps {
  let run = cachedRun(world, process);
  if (!isAdmitted(world, run, message) && world.rules.dropsOnFreshRow) run = freshRun(world, process);
  if (!isAdmitted(world, run, message)) return;
  yield 'admitted';
  const row = chunkRow(world, message, deliveries);
  const pending = new Set(pendingItems(row.value, headOf(message)));
  const items = message.items.filter(({ index }) => pending.has(index));
  if (items.some(({ input }) => input.kills)) yield KILLED;
  const outcomes = new Map(items.map(({ index, input }) => [index, tryItem(input, message.attempt)]));
  yield 'tried';
  yield* record(world, process, run, message, row, outcomes);
}

/** The row; a first delivery that carries the ETag of an untouched chunk knows it without a read. */
function chunkRow(world: World, message: WorkMessage<Item>, deliveries: number): ChunkRow {
  const { gen, shard, chunk, etag, items } = message;
  const [first] = items;
  if (etag === undefined || deliveries > 1 || first === undefined) return world.chunk(gen, shard, chunk);
  const inputs = items.map(({ input }) => input);
  return { value: untouchedChunk(chunk, first.index, inputs), version: Number(etag) };
}

function* record(
  world: World,
  process: Process,
  admitted: Run,
  message: WorkMessage<Item>,
  row: ChunkRow,
  outcomes: ReadonlyMap<number, TryOutcome<number>>,
): Steps {
  const event = { type: 'record', message: headOf(message), outcomes, chance: world.chance() } as const;
  // A claim follows the run row of this second; another generation's row says nothing about this one.
  const current = () => {
    const run = cachedRun(world, process);
    return run === null || run.gen !== message.gen ? admitted : run;
  };
  const known = new Map([[message.chunk, row]]);
  const decision = yield* visitShard(world, current, message.shard, event, () => [message.chunk], known);
  if (decision === null) return;
  yield 'committed';
  if (world.rules.sendsAfterCommit) yield* perform(world, admitted, decision.effects);
}

/** A message that the host has given up: several items go on one by one, a single one is a recorded failure (I6). */
export function* workPoisoned(world: World, process: Process, message: WorkMessage<Item>): Steps {
  const run = freshRun(world, process);
  if (!isAdmitted(world, run, message)) return;
  const { gen, shard, chunk } = message;
  const row = world.chunk(gen, shard, chunk);
  const head = headOf(message);
  const pending = pendingItems(row.value, head);
  yield 'admitted';
  if (pending.length > 1) {
    const event = { type: 'split', message: head, chance: world.chance() } as const;
    const decision = yield* visitShard(
      world,
      () => run,
      shard,
      event,
      () => [chunk],
      new Map([[chunk, row]]),
    );
    if (decision !== null) yield* perform(world, run, decision.effects);
    return;
  }
  const error = { code: 'Poisoned', message: 'given up' };
  const lost = new Map(
    pending.map((index): [number, TryOutcome<number>] => [index, { kind: 'failed', error, durationMs: 0 }]),
  );
  yield* record(world, process, run, message, row, lost);
}

function headOf({ epoch, chunk, tok, attempt, items }: WorkMessage<Item>): MessageHead {
  return { epoch, chunk, tok, attempt, items: items.map(({ index }) => index) };
}
