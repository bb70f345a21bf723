import { generationOf, isTerminal } from '@tally/contracts';
import { claimsInDoubt, failureOverDeadline, failureOverTolerance, type Run } from '../../src/index.ts';
import { headOfSetting, policy } from '../counting-chain.ts';
import type { World } from '../world.ts';
import { housekeep, settle } from './collect.ts';
import { dispatchShard } from './dispatch.ts';
import { changeRun, perform, type Steps, visitShard } from './operations.ts';

/** A run that was started, or rewound, less than this ago is left alone. */
const YOUNG_MS = 60_000;
/** A start that isn't through after this is given up. */
const INTERRUPTED_MS = 300_000;

/** A watchdog's pass: sees only runs with a live row. */
export function* watch(world: World): Steps {
  const { live } = world;
  if (live === null || world.now - live.touchedAt < YOUNG_MS) return;
  const head = world.rules.looksAtQueueHead ? world.headInsertedAt() : null;
  yield 'peeked';
  const run = world.run?.value;
  if (run === undefined) return yield* endUnwritten(world, live);
  if (isTerminal(run.status)) return yield* housekeep(world, run);
  if (run.status === 'Pending') {
    if (world.now - run.createdAt >= INTERRUPTED_MS) yield* end(world, run, { type: 'interrupt' });
    return;
  }
  const late = failureOverDeadline(run, world.now);
  if (late !== null) return yield* end(world, run, { type: 'fail', failure: late });
  if (run.status === 'Suspended') return;
  if (run.counted.length === run.shards) return yield* settle(world, run);
  yield* repair(world, run, head);
}

function* repair(world: World, run: Run, headInsertedAt: number | null): Steps {
  let failed = 0;
  for (let shard = 0; shard < run.shards; shard += 1) {
    const event = { type: 'repair', headInsertedAt, chance: world.chance() } as const;
    const decision = yield* visitShard(
      world,
      () => run,
      shard,
      event,
      ({ ledger }) => claimsInDoubt(ledger, policy.repair, world.now, headInsertedAt).map((entry) => entry.chunk),
    );
    if (decision === null) continue;
    failed += decision.state.ledger.failed;
    if (decision.state.ledger.epoch < run.epoch) yield* dispatchShard(world, run, shard, world.chance().tok);
    else yield* perform(world, run, decision.effects);
  }
  const failure = failureOverTolerance(run, failed);
  if (failure !== null) yield* end(world, run, { type: 'fail', failure });
}

type Ending = { type: 'interrupt' } | { type: 'fail'; failure: { code: string; message: string } };

function* end(world: World, run: Run, event: Ending): Steps {
  const ended = yield* changeRun(world, run.gen, () => event);
  if (ended !== null && isTerminal(ended.run.status)) yield* housekeep(world, ended.run);
}

/** A live row without run row: the start was cut short between the two, or is slow. An ended run row stops it. */
function* endUnwritten(world: World, live: { version: number; touchedAt: number }): Steps {
  if (world.now - live.touchedAt < INTERRUPTED_MS) return;
  if (!world.rules.endsUnwrittenRuns) {
    world.deleteLive(live);
    return;
  }
  const head = headOfSetting({ shards: [], windowChunks: 1 }, generationOf(world.now), world.now);
  const error = { code: 'IntakeInterrupted', message: 'nothing was written' };
  world.touchLive();
  yield 'live';
  const run: Run = { ...head, status: 'Failed', endedAt: world.now, housed: null, error };
  if (world.writeRun(null, { run }) !== null) yield* housekeep(world, run);
}
