import { type ChainDefinition, findNode, laneOf } from '@tally/chain';
import {
  failureOverTolerance,
  hasTolerance,
  isServedSince,
  isTaskOverdue,
  type Ledger,
  type MapView,
  mapViewOf,
  mapViewsOf,
  overdueClaims,
  type QueueLook,
  type Run,
} from '@tally/run-state';
import { type BrokenRowError, ledgerPlace, MissingRowError, type ShardKey, UnreadableRowError } from '@tally/run-store';
import { advanceMap } from '../aggregate/advance-map.ts';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { chainOf } from '../context/registry.ts';
import { dispatchShard } from '../dispatch/dispatch-run.ts';
import { openShard } from '../dispatch/open-shard.ts';
import { followUp } from '../ending/follow-up.ts';
import type { Pass } from './pass-looks.ts';

/** A child that should have started is looked after once this has passed. A start takes less. */
const CHILD_MS = 300_000;

/**
 * Repairs what is out of a run: tasks, waits and children by its row, map nodes shard by shard.
 * @returns whether anything had to be done
 */
export async function repairRun(context: StepContext, run: Run, pass: Pass): Promise<boolean> {
  const chain = chainOf(context.registry, run);
  if (chain === undefined) return false;
  const isMoved = await repairNodes(context, run, chain, pass);
  if (run.status !== 'Running') return isMoved;
  let isRepaired = isMoved;
  for (const view of mapViewsOf(run)) {
    const map = context.maps.of(run, view.node);
    if (view.status !== 'Running' || map === undefined) continue;
    if (await repairMap(context, run, map, view, pass)) isRepaired = true;
  }
  return isRepaired;
}

/** Tasks, waits and letters take one write, or none where the row shows nothing due. */
async function repairNodes(context: StepContext, run: Run, chain: ChainDefinition, pass: Pass): Promise<boolean> {
  const now = context.now();
  const looks = new Map<string, QueueLook>();
  let isDue = run.outbox.length > 0;
  for (const [node, state] of Object.entries(run.nodes)) {
    if (state.state === 'waiting' && state.until !== null && now >= state.until) isDue = true;
    if (state.state === 'child' && now - state.at > CHILD_MS) isDue = true;
    // R12: its child may not have been terminated.
    if (state.state === 'stopped' && state.runId !== undefined) isDue = true;
    const task = findNode(chain, node);
    if (state.state !== 'out' || task?.kind !== 'task' || run.status !== 'Running') continue;
    const isLate = task.withinMs !== undefined && now > state.openedAt + task.withinMs;
    if (!isLate && !isTaskOverdue(task, state, { headInsertedAt: null }, now)) continue;
    const look = await pass.looks.lookAt(chain, node, task.queue);
    looks.set(node, look);
    isDue = true;
    if (state.sends > 0 && !isServedSince(look, state.at)) pass.unserved.add(run.runId);
    if (state.sends >= task.repair.maxSends) pass.stuck.add(run.runId);
  }
  if (!isDue) return false;
  const repaired = await changeRun(context, run.runId, run.generation, { type: 'repair', looks });
  if (repaired === null) return false;
  await followUp(context, repaired);
  return repaired.effects.length > 0 || repaired.run !== repaired.before;
}

/** Repairs the shards of a map node that aren't counted. If all are counted, it ends the node. */
async function repairMap(context: StepContext, run: Run, map: MapStage, view: MapView, pass: Pass): Promise<boolean> {
  if (view.counted.length === view.shards) {
    await advanceMap(context, run, view, context.chance().token);
    return true;
  }
  const look = await pass.looks.lookAt(map.chain, view.node, laneOf(map.node, view));
  // With a tolerance the failed items of all shards are added up.
  const shards = Array.from({ length: view.shards }, (_, shard) => shard).filter(
    (shard) => hasTolerance(view) || !view.counted.includes(shard),
  );
  const found = await pass.slots.all(shards.map((shard) => () => repairShard(context, run, map, view, shard, look)));
  let failedItems = 0;
  let isRepaired = false;
  for (const shard of found) {
    if (shard === null) return true;
    failedItems += shard.failed;
    isRepaired ||= shard.isRepaired;
    if (shard.isStuck) pass.stuck.add(run.runId);
    if (shard.isUnserved) pass.unserved.add(run.runId);
  }
  const failure = failureOverTolerance(view, failedItems);
  if (failure === null) return isRepaired;
  const { node, since } = view;
  await performEffects(context, run, [{ type: 'fail-node', node, since, failure }]);
  return true;
}

interface RepairedShard {
  readonly failed: number;
  readonly isRepaired: boolean;
  readonly isStuck: boolean;
  readonly isUnserved: boolean;
}

/** @returns null where the node has failed by it */
async function repairShard(
  context: StepContext,
  run: Run,
  map: MapStage,
  view: MapView,
  shard: number,
  look: QueueLook,
): Promise<RepairedShard | null> {
  const { chance, now } = context;
  const { repair } = map.policy;
  const key = shardKeyOf(view, shard);
  // R8: it was sent again already, and still no worker that serves the node has been there.
  let isUnserved = false;
  const committed = await map.committer.commit(key, {
    run: view,
    event: { type: 'repair', look, chance: chance() },
    // Some are recorded as given up, or sent item by item. All are read, so that a broken row is noticed and
    // not sent again and again.
    chunks: (ledger) => {
      const overdue = overdueClaims(ledger, repair, look.headInsertedAt, now());
      isUnserved = overdue.some(({ at, sends }) => sends > 0 && !isServedSince(look, at));
      return overdue.map(({ chunk }) => chunk);
    },
    fresh: true,
  });
  const broken = contradictionOf(run, map, view, key, committed === 'missing' ? null : committed.rows.ledger.value);
  if (broken !== null && (await hasStood(context, run, view))) throw broken;
  // The run and its ledger have moved on since the run was read. The next pass looks again.
  if (broken !== null) return { failed: 0, isRepaired: false, isStuck: false, isUnserved };
  if (committed === 'missing') {
    if (!(await openShard(context, run, map, view, shard))) return null;
    await dispatchShard(context, run, map, view, shard, chance().token);
    return { failed: 0, isRepaired: true, isStuck: false, isUnserved };
  }
  const ledger = committed.rows.ledger.value;
  // It was sent again whole as often as allowed, and is still out. So no message was lost, and repair can't
  // fix the cause.
  const isStuck = ledger.open.some((entry) => entry.sends >= repair.wholeSends);
  if (ledger.epoch < run.epoch) {
    await dispatchShard(context, run, map, view, shard, chance().token);
    return { failed: ledger.failed, isRepaired: true, isStuck, isUnserved };
  }
  await performEffects(context, run, committed.effects, { view, rows: committed.rows });
  return { failed: ledger.failed, isRepaired: committed.effects.length > 0, isStuck, isUnserved };
}

/** What is impossible in a ledger of an open node; null: nothing. */
function contradictionOf(
  run: Run,
  map: MapStage,
  view: MapView,
  key: ShardKey,
  ledger: Ledger | null,
): BrokenRowError | null {
  // The ledgers of a root come before its run's status says Running. For any other node the plan comes first
  // (R2).
  if (ledger === null) return map.chain.rootItems === view.node ? new MissingRowError(ledgerPlace(key)) : null;
  if (ledger.epoch > run.epoch)
    return new UnreadableRowError(ledgerPlace(key), 'epoch', `${ledger.epoch}, and its run is at ${run.epoch}`);
  const isClosed = ledger.closed && ledger.epoch === run.epoch;
  return isClosed ? new UnreadableRowError(ledgerPlace(key), 'closed', 'true, but its run has not ended') : null;
}

/**
 * I9: whether the run is still what it was before its ledger was read. If it was ended, resumed or purged
 * meanwhile, its ledgers show that instead.
 */
async function hasStood({ runs }: StepContext, run: Run, view: MapView): Promise<boolean> {
  const now = await runs.fresh(run.runId);
  if (now === null || now.generation !== run.generation || now.epoch !== run.epoch || now.status !== run.status)
    return false;
  return mapViewOf(now, view)?.status === view.status;
}
