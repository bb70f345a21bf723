import { claimsInDoubt, isToReopen, type Run } from '../../src/index.ts';
import { policy } from '../counting-chain.ts';
import type { Message, World } from '../world.ts';
import { freshRun, isAdmitted, type Process, perform, type Steps, visitShard } from './operations.ts';

/** Chunks that a rewind opens in one transaction; one here, 99 in the product, so that shards are seen half-way. */
const CHUNKS_A_STEP = 1;

export function* dispatchRun(world: World, process: Process, message: Extract<Message, { kind: 'dispatch' }>): Steps {
  const run = freshRun(world, process);
  if (!isAdmitted(world, run, message)) return;
  const shards = message.shards ?? Array.from({ length: run.shards }, (_, shard) => shard);
  for (const shard of shards) yield* dispatchShard(world, run, shard, message.tok);
}

export function* dispatchShard(world: World, run: Run, shard: number, tok: string): Steps {
  const event = { type: 'dispatch', tok, chance: world.chance() } as const;
  const decision = yield* visitShard(
    world,
    () => run,
    shard,
    event,
    ({ ledger }) => claimsInDoubt(ledger, policy.repair, world.now).map((entry) => entry.chunk),
  );
  if (decision === null) return;
  if (decision.dropped === 'not-reopened') yield* reopenShard(world, run, shard);
  else if (world.rules.sendsAfterCommit) yield* perform(world, run, decision.effects);
}

function* reopenShard(world: World, run: Run, shard: number): Steps {
  const spoilt = world.chunksOf(run.gen, shard).filter((row) => isToReopen(row.value));
  const steps = Math.max(1, Math.ceil(spoilt.length / CHUNKS_A_STEP));
  for (let step = 0; step < steps; step += 1) {
    const rows = spoilt.slice(step * CHUNKS_A_STEP, (step + 1) * CHUNKS_A_STEP);
    const known = new Map(rows.map((row) => [row.value.chunk, row]));
    const event = { type: 'reopen', last: step === steps - 1, chance: world.chance() } as const;
    const decision = yield* visitShard(
      world,
      () => run,
      shard,
      event,
      () => [...known.keys()],
      known,
    );
    if (decision === null) return;
    if (world.rules.sendsAfterCommit) yield* perform(world, run, decision.effects);
  }
}
