import { isDeepStrictEqual } from 'node:util';
import type { World } from '../world.ts';
import { faultOfCounts } from './promises.ts';
import { isEnded, partitionOf, type RunCells, runIn, runsIn, type ShardRows, shardIn, shardsOf } from './rows.ts';
import { endOf, type GraphSetting, type ItemSetting, isKiller, numberIn, type Setting } from './setting.ts';

/** What is allowed because of what has happened. */
export interface Excuses {
  /** A process may have died before it did what it owes. */
  readonly mayDie: boolean;
  /** An item or a task that takes no process down may have been given up. */
  readonly mayGiveUp: boolean;
  /** Without a watchdog, what an ended run without items is owed may stay undone. */
  readonly isUnwatched: boolean;
}

/**
 * I6, and the promise as a whole: every run has ended, every item is counted once, and nothing is left
 * behind.
 */
export function faultOfEnd(world: World, setting: Setting, excuses: Excuses): string | null {
  const runs = runsIn(world);
  const owned = runs.flatMap(([runId, { gen: generation, opened }]) =>
    opened.map(({ node, since }) => `${runId}:${generation}:${node}.${since}:`),
  );
  const stray = world.tables
    .rows('chunks')
    .find(({ partitionKey }) => !owned.some((beginning) => partitionKey.startsWith(beginning)));
  if (stray !== undefined) return `I8: rows of a deleted run are left: ${stray.partitionKey}`;
  const isOwed = excuses.isUnwatched && setting.graph !== undefined;
  if (!isOwed && world.tables.rows('index').some(({ partitionKey }) => partitionKey.startsWith('live:')))
    return 'I6: an ended run is still on the live index';
  for (const [runId, run] of runs) {
    if (isOwed && isEnded(run)) continue;
    const fault = faultOfRunEnd(world, runId, run, excuses);
    if (fault !== null) return fault;
  }
  const run = runIn(world);
  if (run === null) return null;
  if (setting.graph !== undefined) return faultOfAnswer(run, setting, excuses);
  return faultOfItems(run, shardsOf(world, run, 'tell'), setting, excuses);
}

function faultOfRunEnd(world: World, runId: string, run: RunCells, excuses: Excuses): string | null {
  if (!isEnded(run)) return `I6: the run ${runId} makes no progress, ${run.status}`;
  const { housed } = run;
  if (housed === undefined || housed === null) return `I6: the ended run ${runId} was never closed`;
  if (run.owed.length > 0) return `I6: the run ${runId} owes a dead letter`;
  const open = Object.entries(run.nodes).find(([, { state }]) => state !== 'ended' && state !== 'stopped');
  if (open !== undefined) return `I6: node ${open[0]} of the ended run ${runId} is ${open[1].state}`;
  for (const { node, since, shards } of run.opened) {
    const all = Array.from({ length: shards }, (_, shard) =>
      shardIn(world, partitionOf(run.gen, { node, since }, shard, runId)),
    );
    const fault = faultOfShards(all, excuses);
    if (fault !== null) return fault;
  }
  return faultOfTotals(world, runId, run);
}

/** The final counts are those of the maps in their present rounds. */
function faultOfTotals(world: World, runId: string, run: RunCells): string | null {
  const { succeeded = 0, failed = 0, aborted = 0 } = run.housed ?? {};
  const total = Object.values(run.nodes).reduce((sum, { map }) => sum + (map?.total ?? 0), 0);
  if (succeeded + failed + aborted !== total) return 'I6: the final counts do not cover all items';
  const shards = Object.keys(run.nodes).flatMap((node) => shardsOf(world, run, node, runId));
  const recorded = shards.flatMap(({ chunks }) =>
    chunks.flatMap(({ outcomes }) => outcomes.filter((one) => one !== null)),
  );
  if (recorded.length !== succeeded + failed) return 'I5: results were recorded after the final counts';
  const given = shards.flatMap(({ chunks }) =>
    chunks.flatMap(({ first, outcomes }) =>
      outcomes.flatMap((one, place) =>
        one?.status === 'failed' && one.error.code === 'Poisoned' ? [first + place] : [],
      ),
    ),
  );
  const letters = world.tables.rows('deadletters').map(({ cells }) => String(cells['items'] ?? ''));
  const untold = given.find((item) => !letters.some((items) => new RegExp(`\\b${item}\\b`).test(items)));
  return untold === undefined ? null : `I6: item ${untold} was given up without a dead letter`;
}

function faultOfShards(shards: readonly ShardRows[], { mayDie }: Excuses): string | null {
  for (const [number, rows] of shards.entries()) {
    const { ledger } = rows;
    const counts = faultOfCounts(rows);
    if (counts !== null) return counts;
    // A ledger that came after the run had ended is closed by the start that wrote it, unless that start
    // dies.
    if (ledger?.closed === false && (!mayDie || ledger.succeeded + ledger.failed > 0))
      return `I5: ledger ${number} is not closed`;
    if ((ledger?.owed?.length ?? 0) > 0) return `I6: ledger ${number} owes a dead letter`;
  }
  return null;
}

function faultOfAnswer(
  run: RunCells,
  { outputs, ends = ['Completed'] }: GraphSetting,
  { mayGiveUp }: Excuses,
): string | null {
  const isSunk = mayGiveUp && run.status === 'Failed' && /^(Poisoned|IntakeInterrupted)$/.test(run.error?.code ?? '');
  if (!isSunk && !ends.includes(run.status)) return `I6: the run has ${run.status}: ${run.error?.code ?? ''}`;
  if (run.status !== 'Completed' || outputs.some((output) => isDeepStrictEqual(output, run.output))) return null;
  return `I1: output ${JSON.stringify(run.output)}, expected ${JSON.stringify(outputs)}`;
}

function faultOfItems(
  run: RunCells,
  shards: readonly ShardRows[],
  { items, tolerated }: ItemSetting,
  { mayGiveUp }: Excuses,
): string | null {
  const hasFinished = run.status === 'Completed' || run.error?.code === 'AllItemsFailed';
  if (!hasFinished) return null;
  if ((run.housed?.aborted ?? 0) > 0) return 'I6: a completed run has items without a result';
  const outcomes = shards.flatMap(({ chunks }) => chunks.flatMap((chunk) => chunk.outcomes));
  if (outcomes.length !== items.length) return `I1: the run has ${outcomes.length} items of ${items.length}`;
  const isGivenUp = (place: number): boolean => {
    const outcome = outcomes[place];
    return outcome?.status === 'failed' && outcome.error.code === 'Poisoned';
  };
  const sunk = items.find((item, place) => isGivenUp(place) && !isKiller(item));
  if (sunk !== undefined && !mayGiveUp) return `I6: ${sunk} was given up, but no process has died of it`;
  const wrong = items.findIndex((item, place) => !isGivenUp(place) && outcomes[place]?.status !== endOf(item));
  if (wrong >= 0) return `I1: ${items[wrong]} has ${outcomes[wrong]?.status}`;
  const good = items.filter((item, place) => !isGivenUp(place) && endOf(item) === 'succeeded');
  const sum = good.reduce((total, item) => total + numberIn(item), 0);
  const expected = { succeeded: good.length, failed: items.length - good.length, count: good.length, sum };
  if (run.status === 'Completed' && !isDeepStrictEqual(run.output, expected))
    return `I1: output ${JSON.stringify(run.output)}, expected ${JSON.stringify(expected)}`;
  return run.status === 'Completed' && tolerated !== undefined && expected.failed > tolerated
    ? 'more items failed than the run tolerates'
    : null;
}
