import { isTerminal } from '@tally/contracts';
import { isFinished, type Run } from '../../src/index.ts';
import type { Message, World } from '../world.ts';
import { changeRun, freshRun, type Process, perform, type Steps, visitShard } from './operations.ts';

/** A message of the collector. */
export function* collect(
  world: World,
  process: Process,
  message: Extract<Message, { kind: 'collect' | 'event' }>,
): Steps {
  const run = freshRun(world, process);
  if (run === null || (world.rules.knowsGenerations && run.gen !== message.gen)) return;
  yield 'admitted';
  if (isTerminal(run.status)) return yield* housekeep(world, run);
  if (run.status !== 'Running') return;
  if (run.counted.length === run.shards) return yield* settle(world, run);
  if (message.kind === 'collect') yield* countShard(world, run, message.shard);
}

function* countShard(world: World, run: Run, shard: number): Steps {
  const ledger = world.ledger(run.gen, shard)?.value;
  if (ledger === undefined || (world.rules.countsFinishedOnly && !isFinished(ledger))) return;
  const { succeeded, failed, failures, fold, epoch } = ledger;
  const marker = { shard, succeeded, failed, failures, fold };
  const chance = world.chance();
  const counted = yield* changeRun(world, run.gen, () => ({ type: 'count', marker, ledgerEpoch: epoch, chance }));
  if (counted === null) return;
  if (counted.effects.some((effect) => effect.type === 'settle')) return yield* settle(world, counted.run);
  yield* perform(world, counted.run, counted.effects);
}

/** All shards are counted: opens the gate, passes it, or ends the run. */
export function* settle(world: World, run: Run): Steps {
  const settled = yield* changeRun(world, run.gen, () => ({
    type: 'settle',
    markers: world.markers,
    verdict: world.verdict,
  }));
  if (settled === null) return;
  if (isTerminal(settled.run.status)) return yield* housekeep(world, settled.run);
  yield* perform(
    world,
    settled.run,
    settled.effects.filter((effect) => effect.type === 'send-gate-timeout'),
  );
  const opened = settled.effects.some((effect) => effect.type === 'read-event');
  if (opened && world.rules.readsEventAgain) yield* settle(world, settled.run);
}

/** What an ended run is owed. The live row is read first and deleted last, under If-Match; between the two the run row is written in any case. */
export function* housekeep(world: World, ended: Run): Steps {
  const { live } = world;
  yield 'housekeep';
  const run = world.run?.value;
  if (run === undefined || run.gen !== ended.gen || !isTerminal(run.status)) return;
  let succeeded = 0;
  let failed = 0;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const closed = yield* visitShard(world, () => run, shard, { type: 'close' });
    if (closed === null) continue; // the start was cut short before this shard
    if (closed.dropped !== undefined) return; // a rewind came first
    yield* perform(world, run, closed.effects);
    succeeded += closed.state.ledger.succeeded;
    failed += closed.state.ledger.failed;
  }
  const again = live !== null && world.rules.provesLiveLeftOver;
  const house = { type: 'house', epoch: run.epoch, succeeded, failed, again } as const;
  const housed = yield* changeRun(world, run.gen, () => house);
  if (housed === null || housed.isRefused) return;
  yield 'delete live';
  if (live !== null) world.deleteLive(live);
}
