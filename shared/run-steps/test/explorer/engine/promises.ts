import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Change } from '../model.ts';
import type { World } from '../world.ts';
import {
  eventIn,
  isEnded,
  isIn,
  partitionOf,
  type RunCells,
  runIn,
  runsIn,
  type ShardRows,
  shardIn,
  shardsOf,
  timelineIn,
} from './rows.ts';
import { isTellQueue } from './telling-chain.ts';

/** What is wrong with a write or a send (I1-I8, R1-R7); null: nothing. */
export function faultOfChange(change: Change, windows: readonly number[]): string | null {
  const { operation, after } = change;
  if (operation.does === 'send') return faultOfSend(change.before, operation.queue, operation.text);
  if (operation.does !== 'write') return null;
  const [write] = operation.writes;
  const partitionKey = write === undefined ? '' : write.kind === 'delete' ? write.partitionKey : write.row.partitionKey;
  if (operation.table === 'runs') return faultOfRun(change, partitionKey) ?? faultOfWindow(after, windows);
  if (operation.table !== 'chunks') return null;
  return (
    faultOfCommit(change, partitionKey) ?? faultOfCounts(shardIn(after, partitionKey)) ?? faultOfWindow(after, windows)
  );
}

/** I5, I8: checks a write of the run row. */
function faultOfRun({ before: was, after: is }: Change, runId: string): string | null {
  const before = runIn(was, runId);
  const after = runIn(is, runId);
  if (after === null) return null;
  const { deadline } = after.options;
  // R3: once the verdict stands, no deadline changes it.
  const isJudged = before?.verdict !== undefined && before.verdict !== null;
  if (!isJudged && after.status === 'Completed' && deadline !== undefined && (after.endedTime ?? '') > deadline)
    return 'a run has completed after its deadline';
  const wait = faultOfWait(was, before, after);
  if (wait !== null) return wait;
  if (before === null || before.gen !== after.gen) return null;
  const isRewound = isEnded(before) && !isEnded(after);
  const nodes = isRewound ? null : faultOfNodes(before, after);
  if (nodes !== null || !isEnded(before)) return nodes;
  const isSame = after.status === before.status && after.epoch === before.epoch;
  return isSame || after.epoch > before.epoch ? null : `I5: ${before.status} became ${after.status}`;
}

/** R1, R3: a node ends once a round, and a node that the verdict has stopped stays stopped. */
function faultOfNodes(before: RunCells, after: RunCells): string | null {
  for (const [name, state] of Object.entries(before.nodes)) {
    const now = after.nodes[name];
    if (now === undefined) return `R1: node ${name} was forgotten without a rewind`;
    if (now.since !== state.since) return `R1: node ${name} was opened again without a rewind`;
    const isOver = state.state === 'ended' || state.state === 'stopped';
    if (isOver && (now.state !== state.state || now.outcome !== state.outcome))
      return `R1: node ${name} had ${state.outcome ?? state.state}, and now ${now.outcome ?? now.state}`;
  }
  const isJudged = before.verdict?.status === 'failed';
  const closing = (name: string) => name === 'alert' || name === 'tidy';
  const late = Object.keys(after.nodes).find((name) => !closing(name) && before.nodes[name] === undefined);
  return isJudged && late !== undefined ? `R3: node ${late} opens after a verdict` : null;
}

/**
 * A stored event wins over a time-out, and an answer about an older output doesn't count for the present one.
 */
function faultOfWait(was: World, before: RunCells | null, after: RunCells): string | null {
  const event = eventIn(was, after.gen);
  const waits = Object.entries(before?.nodes ?? {}).filter(([, { state }]) => state === 'waiting');
  for (const [name, { until }] of waits) {
    const isLate = after.nodes[name]?.outcome === 'timedOut';
    if (isLate && event !== null && typeof until === 'string' && event < until)
      return 'R4: the time-out has won over an earlier event';
  }
  if (before?.status !== 'Running' || after.status !== 'Completed' || event === null) return null;
  const lines = timelineIn(was, after.gen);
  const place = lines.findLastIndex(({ type }) => type === 'Rewound');
  const rewound = lines[place];
  // If the run had failed before its gate, an answer that came early still counts.
  const isOld = rewound !== undefined && event < rewound.time && lines[place - 1]?.type === 'Completed';
  return isOld ? 'R4: an old answer was taken for a new output' : null;
}

const headSchema = z.object({
  runId: z.string(),
  gen: z.string(),
  node: z.string(),
  since: z.number(),
  epoch: z.number(),
  shard: z.number().optional(),
  chunk: z.number().optional(),
  attempt: z.number().optional(),
});
type Head = z.infer<typeof headSchema>;

/** I7: checks what a delivery of an older epoch changes. I5: checks what a closed shard takes. */
function faultOfCommit({ before, after, actors }: Change, partitionKey: string): string | null {
  const was = shardIn(before, partitionKey).ledger;
  const is = shardIn(after, partitionKey).ledger;
  const [actor, ...others] = actors;
  if (was === null || is === null || actor?.message === undefined || others.length > 0) return null;
  if (!isTellQueue(actor.message.queue)) return null;
  const { epoch } = headSchema.parse(JSON.parse(actor.message.text));
  const hasMoved = is.todo !== was.todo || !isDeepStrictEqual(is.open, was.open);
  if (epoch < was.epoch && hasMoved) return 'I7: an old epoch changed claims';
  const hasCounted = is.succeeded !== was.succeeded || is.failed !== was.failed;
  return was.closed && hasCounted ? 'I5: a closed shard took results' : null;
}

/** I4: only claimed work is sent. A claim stays one, or is done, until a later epoch. */
function faultOfSend(world: World, queue: string, text: string): string | null {
  if (queue.endsWith('-poison')) return null;
  const parsed = headSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const head = parsed.data;
  const run = runIn(world, head.runId);
  if (run?.gen !== head.gen) return null;
  if (run.status === 'Pending') return 'I4: a message is sent before its run is Running';
  const state = run.nodes[head.node];
  // If the message is of an older epoch, a rewind may have forgotten the node.
  if (state === undefined && run.epoch <= head.epoch)
    return `I4: the message of node ${head.node} is sent, but the node is not open`;
  if (head.chunk !== undefined) return faultOfWork(world, { ...head, shard: head.shard ?? 0, chunk: head.chunk });
  const isAhead = state?.state === 'out' && state.since === head.since && run.epoch === head.epoch;
  return isAhead && (head.attempt ?? 0) > (state.attempt ?? 0) ? `I4: an unrecorded try of ${head.node} is sent` : null;
}

function faultOfWork(world: World, head: Head & { shard: number; chunk: number }): string | null {
  const { gen, shard, chunk, epoch, runId } = head;
  const { ledger } = shardIn(world, partitionOf(gen, head, shard, runId));
  if (ledger === null) return `I4: chunk ${chunk} is sent, but its shard has no ledger`;
  const isClaimed = ledger.epoch > epoch || !isIn(ledger.todo, chunk);
  return isClaimed ? null : `I4: chunk ${chunk} of shard ${shard} is sent without a claim`;
}

/** I1: the ledger counts what its chunks hold. */
export function faultOfCounts({ ledger, chunks }: ShardRows): string | null {
  if (ledger === null) return null;
  const outcomes = chunks.flatMap((chunk) => chunk.outcomes);
  const failed = outcomes.filter((outcome) => outcome?.status === 'failed').length;
  const results = outcomes.flatMap((outcome) => (outcome?.status === 'succeeded' ? [outcome.result] : []));
  const direct = { succeeded: results.length, failed, sum: results.reduce((sum, value) => sum + value, 0) };
  const told = { succeeded: ledger.succeeded, failed: ledger.failed, sum: ledger.fold.sum };
  if (!isDeepStrictEqual(direct, told))
    return `I1: a ledger says ${JSON.stringify(told)}, its chunks hold ${JSON.stringify(direct)}`;
  const byCode = ledger.failures.reduce((sum, { count }) => sum + count, 0);
  return byCode === failed ? null : `I1: ${byCode} failures by code, ${failed} recorded`;
}

/**
 * I3: no more items of a map are out (claimed and without a result) than the widest window that it has had.
 */
function faultOfWindow(world: World, windows: readonly number[]): string | null {
  const widest = Math.max(...windows);
  for (const [runId, run] of runsIn(world)) {
    if (run.status !== 'Running') continue;
    for (const [node, { state }] of Object.entries(run.nodes)) {
      if (state !== 'open') continue;
      const shards = shardsOf(world, run, node, runId);
      const out = shards.flatMap((shard) => (shard.ledger?.epoch === run.epoch ? itemsOut(shard) : []));
      if (out.length > widest) return `I3: ${out.length} items are out, the window is ${widest}`;
    }
  }
  return null;
}

/** The numbers of the items that are claimed and without a result. */
function itemsOut({ ledger, chunks }: ShardRows): number[] {
  const claims = new Map((ledger?.open ?? []).map(({ chunk, items }) => [chunk, { items }]));
  return chunks.flatMap(({ chunk, first, outcomes }) => {
    const claim = claims.get(chunk);
    const open = outcomes.flatMap((outcome, place) => (outcome === null ? [first + place] : []));
    return claim === undefined ? [] : open.filter((index) => claim.items?.includes(index) ?? true);
  });
}
