import { isTerminal } from '@tally/contracts';
import { type Chunk, isComplete, type Ledger, openItems, type Run } from '../src/index.ts';
import { countingFold, endOf, expectedOutput, type Folded, type Item, type Setting } from './counting-chain.ts';
import type { State } from './rules.ts';

/** The rows and messages of a world, as the promises speak of them. */
interface World {
  readonly setting: Setting;
  readonly run: { readonly value: Run } | null;
  readonly live: object | null;
  readonly queue: readonly object[];
  /** The dead letters that are kept. */
  readonly letters: readonly Letter[];
  ledger(gen: string, shard: number): { readonly value: Ledger<Folded> } | null;
  chunksOf(gen: string, shard: number): readonly { readonly value: Chunk<Item, number> }[];
  /** How many items may be out: the widest window by which any of what is out was claimed. */
  windowItems(): number;
  /** The widest window that the run has had, in items. */
  widestWindow(): number;
}

/** A dead letter of repair: which items it is about. */
interface Letter {
  readonly gen: string;
  readonly shard: number;
  readonly items: readonly number[];
}

/** The world has broken a promise of the protocol. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function demand(holds: boolean, promise: string): void {
  if (!holds) throw new Violation(promise);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** I5, I8: what a write of the run row may do. */
export function checkRunWrite(before: Run | null, after: Run, isRewind: boolean): void {
  const { deadline } = after.options;
  const isLate = after.status === 'Completed' && deadline !== undefined && after.endedAt > deadline;
  demand(!isLate, 'a run has completed after its deadline');
  if (before === null || before.gen !== after.gen || !isTerminal(before.status)) return;
  if (isRewind) demand(after.epoch > before.epoch, 'I5: a rewind raises the epoch');
  else
    demand(
      after.status === before.status && after.epoch === before.epoch,
      `I5: ${before.status} became ${after.status}`,
    );
}

/** What every commit to a shard leaves behind. */
export function checkCommit(
  world: World,
  gen: string,
  before: Ledger<Folded>,
  after: State,
  epoch: number | null,
): void {
  const { ledger } = after;
  if (epoch !== null && epoch < before.epoch) {
    demand(same(ledger.open, before.open) && same(ledger.todo, before.todo), 'I7: an old epoch changed claims');
  }
  if (epoch !== null && before.closed) {
    demand(ledger.succeeded === before.succeeded && ledger.failed === before.failed, 'I5: a closed shard took results');
  }
  checkCounts(world, gen, ledger.shard);
  checkWindow(world);
}

/** I1: the ledger says what its chunks say. */
function checkCounts(world: World, gen: string, shard: number): void {
  const ledger = world.ledger(gen, shard)?.value;
  if (ledger === undefined) return;
  let fold = countingFold.empty;
  let failed = 0;
  for (const { value: chunk } of world.chunksOf(gen, shard)) {
    for (const [place, item] of chunk.items.entries()) {
      const outcome = chunk.outcomes[place];
      if (outcome?.status === 'failed') failed += 1;
      if (outcome?.status === 'succeeded') fold = countingFold.add(fold, chunk.first + place, item, outcome.result);
    }
  }
  demand(ledger.failed === failed, `I1: ${ledger.failed} failed items counted, ${failed} recorded`);
  demand(ledger.succeeded === fold.count, `I1: ${ledger.succeeded} succeeded items counted, ${fold.count} recorded`);
  demand(same(ledger.fold, fold), 'I1: the fold differs from the recorded results');
  const failures = ledger.failures.reduce((sum, { count }) => sum + count, 0);
  demand(failures === failed, `I1: ${failures} failures by code, ${failed} recorded`);
}

/** I3: never more items of a run in flight, claimed and without a result, than its window. */
function checkWindow(world: World): void {
  const run = world.run?.value;
  if (run === undefined || run.status !== 'Running') return;
  let out = 0;
  let claimed = 0;
  for (let shard = 0; shard < run.shards; shard += 1) {
    out += itemsInFlight(world, run, shard).length;
    const ledger = world.ledger(run.gen, shard)?.value;
    const open = ledger?.epoch === run.epoch ? ledger.open : [];
    claimed += open.reduce(
      (sum, { items }) => sum + (items?.length ?? Math.min(run.chunkItems, world.widestWindow())),
      0,
    );
  }
  demand(claimed <= world.widestWindow(), `I3: ${claimed} items claimed, the window is ${world.widestWindow()}`);
  demand(out <= world.windowItems(), `I3: ${out} items in flight, the window is ${world.windowItems()}`);
}

/** The numbers of a shard's items that are in flight under an epoch. */
export function itemsInFlight(
  world: Pick<World, 'ledger' | 'chunksOf'>,
  { gen, epoch }: Pick<Run, 'gen' | 'epoch'>,
  shard: number,
): number[] {
  const ledger = world.ledger(gen, shard)?.value;
  // What an ended epoch had out is not claimed any more: nothing of it is worked on before the ledger is moved.
  if (ledger === undefined || ledger.epoch !== epoch) return [];
  const claims = new Map(ledger.open.map((entry) => [entry.chunk, entry]));
  return world.chunksOf(gen, shard).flatMap(({ value }) => {
    const claim = claims.get(value.chunk);
    return claim === undefined ? [] : openItems(value).filter((index) => claim.items?.includes(index) ?? true);
  });
}

/** I6: a dead letter that is kept tells of items that are recorded as failed, or its ledger owes it since they were. */
export function checkLetter(
  world: Pick<World, 'ledger' | 'chunksOf'>,
  { gen, shard, items, at }: Letter & { readonly at: number },
): void {
  const owed = world.ledger(gen, shard)?.value.owed ?? [];
  const isOwed = owed.some((letter) => letter.at === at && letter.items[0] === items[0]);
  const isFailed = (item: number) =>
    world.chunksOf(gen, shard).some(({ value: { first, outcomes } }) => outcomes[item - first]?.status === 'failed');
  demand(isOwed || items.every(isFailed), 'I6: a dead letter tells of an item that nobody has recorded as failed');
}

/** I6, and the promise as a whole: the run has ended, every item is counted once, and nothing is left behind. */
export function checkEnd(world: World): void {
  const run = world.run?.value;
  if (run === undefined) throw new Violation('I6: there is no run');
  if (run.status === 'Pending' || run.status === 'Running' || run.status === 'Suspended') {
    throw new Violation(`I6: the run stands still, ${run.status}: ${describe(world, run)}`);
  }
  demand(world.live === null, 'I6: an ended run is still on the live index');
  const { housed } = run;
  if (housed === null) throw new Violation('I6: an ended run was never closed');
  const { succeeded, failed, aborted } = housed;
  demand(succeeded + failed + aborted === run.total, 'I6: the final counts do not add up to all items');
  for (let shard = 0; shard < run.shards; shard += 1) {
    checkCounts(world, run.gen, shard);
    checkLetters(world, run.gen, shard);
  }
  const rows = Array.from({ length: run.shards }, (_, shard) => world.chunksOf(run.gen, shard)).flat();
  const outcomes = rows.flatMap((row) => row.value.outcomes);
  const recorded = outcomes.filter((outcome) => outcome !== null).length;
  demand(recorded === succeeded + failed, 'I5: results were recorded after the final counts');
  if (run.status !== 'Completed') return;

  demand(aborted === 0 && rows.every((row) => isComplete(row.value)), 'I6: a completed run has items without a result');
  const isPoisoned = outcomes.some((outcome) => outcome?.status === 'failed' && outcome.error.code === 'Poisoned');
  if (isPoisoned) {
    checkPoisoned(world, run);
    return;
  }
  const expected = expectedOutput(world.setting);
  demand(same(run.output, expected), `I1: output ${JSON.stringify(run.output)}, expected ${JSON.stringify(expected)}`);
}

/** I6: whatever was given up is in a dead letter. */
function checkLetters(world: World, gen: string, shard: number): void {
  const letters = world.letters.filter((letter) => letter.gen === gen && letter.shard === shard);
  for (const { value: chunk } of world.chunksOf(gen, shard)) {
    for (const [place, outcome] of chunk.outcomes.entries()) {
      if (outcome?.status !== 'failed' || outcome.error.code !== 'Poisoned') continue;
      const isKept = letters.some(({ items }) => items.includes(chunk.first + place));
      demand(isKept, `I6: item ${chunk.first + place} was given up, and no dead letter tells of it`);
    }
  }
}

/** Where items were given up, the others must be as ever. */
function checkPoisoned(world: World, run: Run): void {
  for (let shard = 0; shard < run.shards; shard += 1) {
    for (const { value: chunk } of world.chunksOf(run.gen, shard)) {
      for (const [place, item] of chunk.items.entries()) {
        const outcome = chunk.outcomes[place];
        if (outcome?.status === 'failed' && outcome.error.code === 'Poisoned') continue;
        demand(outcome?.status === endOf(item), `I1: item of value ${item.value} is ${outcome?.status}`);
      }
    }
  }
}

function describe(world: World, run: Run): string {
  const ledgers = Array.from({ length: run.shards }, (_, shard) => world.ledger(run.gen, shard)?.value);
  return JSON.stringify({ epoch: run.epoch, counted: run.counted, ledgers, queue: world.queue });
}
