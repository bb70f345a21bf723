import { generationOf, isTerminal } from '@tally/contracts';
import { type Effect, failedOf, type GateVerdict, type Ledger, type Run, untouchedChunk } from '../../src/index.ts';
import { countingFold, type Folded, headOfSetting } from '../counting-chain.ts';
import type { World } from '../world.ts';
import { changeRun, perform, type Steps } from './operations.ts';

/** What a caller does to a run. */
export type Verb = 'suspend' | 'resume' | 'terminate' | 'rewind';

export function* control(world: World, verb: Verb): Steps {
  const gen = world.run?.value.gen ?? '';
  let isTouched = false;
  const changed = yield* changeRun(world, gen, (run) => {
    const failed = run.status === 'Completed' ? (run.housed?.failed ?? failedOf(world.markers)) : 0;
    const event = { type: verb, reason: null, failed, chance: world.chance() };
    // Touched at every try, before the write: whoever has read `live` before can't delete it any more.
    const isRewind = verb === 'rewind' && world.rules.decideRun(run, event, world.now).refused === undefined;
    if (isRewind && (world.rules.touchesLiveAtEveryTry || !isTouched)) world.touchLive();
    isTouched = true;
    return event;
  });
  if (changed === null) return;
  yield 'committed';
  yield* perform(world, changed.run, changed.effects);
}

/** A wider window takes effect at once. */
export function* setWindow(world: World, items: number): Steps {
  const chance = world.chance();
  const changed = yield* changeRun(world, world.run?.value.gen ?? '', () => ({
    type: 'set-window',
    window: items,
    chance,
  }));
  if (changed !== null) yield* perform(world, changed.run, changed.effects);
}

/** An awaited event comes: its row first, then the message. */
export function* raiseEvent(world: World, verdict: GateVerdict): Steps {
  world.verdict = verdict;
  yield 'stored';
  const gen = world.run?.value.gen;
  if (gen !== undefined) world.send({ kind: 'event', gen });
}

/** A start of the run's id, in the order that makes every interruption harmless. */
export function* start(world: World): Steps {
  const before = world.run;
  if (before !== null && !isTerminal(before.value.status)) return;
  yield 'read';
  if (world.rules.liveComesFirst) world.touchLive();
  yield 'live';
  const createdAt = Math.max(world.now, (before?.value.createdAt ?? 0) + 1);
  const gen = generationOf(createdAt);
  const pending: Run = { ...headOfSetting(world.setting, gen, createdAt), status: 'Pending' };
  if (world.writeRun(before, { run: pending, dropMarkers: before !== null }) === null) return;
  yield 'pending';
  if (!world.rules.liveComesFirst) world.touchLive();

  const sends: Effect[] = [];
  for (const shard of world.setting.shards.keys()) {
    sends.push(...insertShard(world, pending, shard));
    yield 'inserted';
  }
  const isAlone = pending.shards === 1;
  const effects: Effect[] = isAlone ? sends : [{ type: 'send-dispatch', epoch: 1, tok: world.chance().tok }];
  if (!world.rules.sendsAfterReady) yield* perform(world, pending, effects);
  const ready = yield* changeRun(world, gen, () => ({ type: 'ready' }));
  if (ready === null || ready.isRefused) return;
  yield 'ready';
  if (world.rules.sendsAfterReady) yield* perform(world, ready.run, effects);
}

/** A shard's rows. Of a run of one shard the ledger comes with its first claims; of several the dispatch claims. */
function insertShard(world: World, pending: Run, shard: number): readonly Effect[] {
  const chunks = world.setting.shards[shard] ?? [];
  const sizes = world.setting.shards.map((others) => others.flat().length);
  const first = sizes.slice(0, shard).reduce((a, b) => a + b, 0);
  const rows = chunks.map((items, chunk) => {
    const before = chunks.slice(0, chunk).flat().length;
    return untouchedChunk<(typeof items)[number], number>(chunk, first + before, items);
  });
  const empty: Ledger<Folded> = {
    ...{
      shard,
      first,
      count: sizes[shard] ?? 0,
      epoch: 0,
      closed: false,
      todo: [[0, chunks.length - 1]],
      open: [],
      owed: [],
    },
    ...{ slowestMs: 0, succeeded: 0, failed: 0, failures: [], fold: countingFold.empty },
  };
  if (pending.shards > 1) {
    world.insertShard(pending, empty, rows);
    return [];
  }
  const running: Run = { ...pending, status: 'Running', gate: { state: 'absent' } };
  const chance = world.chance();
  const event = { type: 'dispatch', tok: chance.tok, chance } as const;
  const claimed = world.rules.decideShard({ run: running, ledger: empty, chunks: new Map() }, event, world.now);
  world.insertShard(pending, claimed.state.ledger, rows);
  return claimed.effects;
}
