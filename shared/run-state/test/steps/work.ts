import type { WorkMessage } from '@tally/contracts';
import { believedFrom, type Chunk, pendingTries, type Run, type TryOutcome, untouchedChunk } from '../../src/index.ts';
import { demand, itemsInFlight } from '../checks.ts';
import { type Item, tryItem } from '../counting-chain.ts';
import { type ChunkRow, HOST_GIVES_UP_MS, POISON_AGAIN_MS, type World } from '../world.ts';
import { cachedRun, freshRun, isAdmitted, type Process, perform, type Steps, visitShard } from './operations.ts';

/** The label at which a worker dies of the item that it has taken up. */
export const KILLED = 'killed';

/** One delivery of a work message. */
export function* workChunk(world: World, process: Process, message: WorkMessage): Steps {
  let run = cachedRun(world, process);
  if (!isAdmitted(world, run, message) && world.rules.dropsOnFreshRow) run = freshRun(world, process);
  if (!isAdmitted(world, run, message)) return;
  yield 'admitted';
  const row = pointedRow(world, message);
  if (row === null) return;
  const tries = pendingTries(row.value, message);
  const items = [...tries.keys()].map((index) => ({ index, input: itemOf(row.value, index) }));
  checkClaimed(world, run, message, [...tries.keys()]);
  if (items.some(({ input }) => input.kills)) yield KILLED;
  const outcomes = new Map(items.map(({ index, input }) => [index, tryItem(input, tries.get(index) ?? 0)]));
  yield 'tried';
  yield* record(world, process, run, message, row, outcomes, tries);
}

/** I3: only claimed work is ever sent. Of a run row that is out of date the check says nothing. */
function checkClaimed(world: World, run: Run, { shard }: WorkMessage, items: readonly number[]): void {
  const { gen, epoch } = run;
  if (world.run?.value !== run || world.ledger(gen, shard)?.value.epoch !== epoch) return;
  const claimed = itemsInFlight(world, { gen, epoch }, shard);
  demand(
    items.every((index) => claimed.includes(index)),
    `I3: items ${items.join()} are tried, and ${claimed.join()} are claimed`,
  );
}

/** The chunk that a message points at; null: it names what isn't there, and becomes a dead letter. */
function pointedRow(world: World, { gen, shard, chunk, items = [] }: WorkMessage): ChunkRow | null {
  const row = world.findChunk(gen, shard, chunk);
  if (row === null) return null;
  const { first, items: held } = row.value;
  if (items.some((index) => index < first || index >= first + held.length)) return null;
  if (world.rules.takesItemsFromRow) return row;
  // Only in worlds whose workers believe the message: that nothing is recorded yet of the items that it names.
  return { version: row.version, value: untouchedChunk(chunk, first, held) };
}

function itemOf({ first, items }: Chunk<Item, number>, index: number): Item {
  const item = items[index - first];
  if (item === undefined) throw new Error(`no item ${index} in the chunk that begins with ${first}`);
  return item;
}

function* record(
  world: World,
  process: Process,
  admitted: Run,
  message: WorkMessage,
  row: ChunkRow,
  outcomes: ReadonlyMap<number, TryOutcome<number>>,
  tries: ReadonlyMap<number, number>,
): Steps {
  const event = { type: 'record', message, outcomes, tries, chance: world.chance() } as const;
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
export function* workPoisoned(world: World, process: Process, message: WorkMessage): Steps {
  const run = freshRun(world, process);
  if (!isAdmitted(world, run, message)) return;
  const row = pointedRow(world, message);
  if (row === null) return;
  const { gen, shard, chunk } = message;
  yield 'admitted';
  const [item, ...more] = pendingTries(row.value, message).keys();
  if (!world.rules.keepsLettersOfRecordedItems && item !== undefined && more.length === 0) {
    world.keepLetter({ gen, shard, items: [item], at: world.now });
    yield 'kept';
  }
  const event = {
    type: 'poison',
    message,
    reason: 'given up',
    waitMs: HOST_GIVES_UP_MS,
    headInsertedAt: world.headInsertedAt(),
    chance: world.chance(),
  } as const;
  const known = new Map([[chunk, row]]);
  const decision = yield* visitShard(
    world,
    () => run,
    shard,
    event,
    () => [chunk],
    known,
  );
  if (decision === null) return;
  const entry = decision.state.ledger.open.find((candidate) => candidate.chunk === chunk);
  if (decision.dropped === 'too-early' && entry !== undefined) {
    world.sendPoisoned(message, Math.max(POISON_AGAIN_MS, believedFrom(entry, event) - world.now));
    return;
  }
  yield 'committed';
  yield* perform(world, run, decision.effects);
}
