import { laneOf } from '@tally/chain';
import { AGGREGATE_QUEUE, DISPATCH_QUEUE, MESSAGE_VERSION, messageText } from '@tally/contracts';
import {
  type DeadLetter,
  delayOf,
  type Effect,
  type MapView,
  type OutboxTaskLetter,
  permitsOf,
  type Run,
  type SendChunk,
  type SendTask,
} from '@tally/run-state';
import type { ShardRows } from '@tally/run-store';
import { mapAtOnce } from '../context/at-once.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { chainOf, mapOf, queueOfNode } from '../context/registry.ts';
import { changeRun } from './change-run.ts';
import { keepLetter, outboxLetterId, outboxTaskLetterId } from './keep-letter.ts';
import { permitNote } from './permit-note.ts';
import { unlessBroken } from './unless-broken.ts';

/**
 * Mostly sends, with one put each. It is enough at once to hide their latency when a dispatch claims a full
 * window.
 */
const EFFECTS_AT_ONCE = 8;

/** The rows of the shard that the effects are about, as the commit left them. */
export interface AboutShard {
  readonly view: MapView;
  readonly rows?: ShardRows | undefined;
}

/**
 * Does what a commit justifies (I4). What a crash leaves undone, the next delivery of the same message does,
 * or the watchdog.
 * @param about the shard of the effects, for its messages and their notes
 */
export async function performEffects(
  context: StepContext,
  run: Run,
  effects: readonly Effect[],
  about?: AboutShard,
): Promise<void> {
  // The messages continue the span that sends them. Outside of a span, as in the watchdog's pass, they
  // continue the run's start.
  const sender = { ...run, traceparent: context.telemetry.traceparent() ?? run.traceparent };
  await mapAtOnce(effects, EFFECTS_AT_ONCE, (effect) => performEffect(context, sender, effect, about));
}

async function performEffect(
  context: StepContext,
  run: Run,
  effect: Effect,
  about: AboutShard | undefined,
): Promise<void> {
  const { queues } = context;
  const { runId, generation, traceparent } = run;
  const head = { v: MESSAGE_VERSION, runId, gen: generation };
  switch (effect.type) {
    case 'send-chunk':
      return await sendChunk(context, run, effect, about);
    case 'send-task':
      return await sendTask(context, run, effect);
    case 'send-aggregate': {
      const { node, since, shard, epoch } = effect;
      const { token } = context.chance();
      const message = { ...head, node, since, shard, epoch, tok: token, traceparent };
      return await queues.send(AGGREGATE_QUEUE, messageText(message));
    }
    case 'send-dispatch': {
      const { node, since, epoch, token, shards } = effect;
      return await queues.send(
        DISPATCH_QUEUE,
        messageText({ ...head, node, since, epoch, tok: token, shards, traceparent }),
      );
    }
    case 'start-child': {
      const { node, since, token } = effect;
      const message = { ...head, node, since, epoch: run.epoch, tok: token, traceparent };
      return await queues.send(DISPATCH_QUEUE, messageText(message));
    }
    case 'send-due': {
      const { node, since, token, delayMs } = effect;
      return await queues.send(
        AGGREGATE_QUEUE,
        messageText({ ...head, node, since, tok: token, traceparent }),
        delayMs,
      );
    }
    case 'end-child': {
      const reason = `node of its parent run ${runId} was stopped`;
      // A broken row of the child is left to the child's own passes: they end it.
      const ended = await unlessBroken(() => changeRun(context, effect.runId, null, { type: 'terminate', reason }));
      if (ended !== null) await performEffects(context, ended.run, ended.effects);
      return;
    }
    case 'dead-letter':
      return await deliverLetter(context, run, effect, about);
    case 'task-letter':
      return await keepTaskLetter(context, run, effect);
    case 'fail-run':
      return await changeAndPerform(context, run, { type: 'fail', failure: effect.failure });
    case 'fail-node': {
      const { node, since, failure } = effect;
      return await changeAndPerform(context, run, { type: 'fail-node', node, since, failure });
    }
    case 'advance-map':
    case 'finalize': {
      // Aggregate does both.
      const { token } = context.chance();
      const round = effect.type === 'advance-map' ? { node: effect.node, since: effect.since } : {};
      return await queues.send(AGGREGATE_QUEUE, messageText({ ...head, ...round, tok: token, traceparent }));
    }
  }
}

async function changeAndPerform(
  context: StepContext,
  { runId, generation }: Run,
  event: Parameters<typeof changeRun>[3],
): Promise<void> {
  const changed = await changeRun(context, runId, generation, event);
  if (changed !== null) await performEffects(context, changed.run, changed.effects);
}

async function sendTask(
  { registry, queues }: StepContext,
  run: Run,
  { node, since, epoch, token, attempt, calls, delayMs }: SendTask,
): Promise<void> {
  const queue = queueOfNode(chainOf(registry, run), node);
  if (queue === undefined) throw new Error(`node "${node}" of chain "${run.name}" has no queue`);
  const { runId, generation, traceparent } = run;
  const note = `${run.name}: ${node}${attempt > 1 ? `, try ${attempt}` : ''}`;
  const message = {
    v: MESSAGE_VERSION,
    runId,
    gen: generation,
    node,
    since,
    epoch,
    tok: token,
    attempt,
    calls,
    note,
    traceparent,
  };
  await queues.send(queue, messageText(message), delayMs);
}

/**
 * I6: the letter is kept first, and only then taken out of the ledger's outbox. If the process dies in
 * between, the next one finds the letter kept under the same name.
 */
async function deliverLetter(
  context: StepContext,
  run: Run,
  { shard, at, items, reason }: DeadLetter,
  about: AboutShard | undefined,
): Promise<void> {
  if (about === undefined) throw new Error('a dead letter of a shard must name its node');
  const { view } = about;
  const { node, since } = view;
  const map = mapOf(chainOf(context.registry, run), node);
  // R8: if the chain is unknown here, so is its queue. The node is named instead.
  const stage = map === undefined ? node : laneOf(map, view);
  const { runId, generation } = run;
  const item = items[0] ?? 0;
  const told = { runId, generation, items, sourceQueue: stage, body: '', dequeueCount: 0 };
  await keepLetter(context, { stage, at, id: outboxLetterId(run, { node, since }, item), reason, ...told });
  const committer = context.maps.of(run, node)?.committer ?? context.maps.any.committer;
  const event = { type: 'outbox-delivered', at, item } as const;
  const removed = await committer.commit(shardKeyOf(view, shard), { run: view, event });
  if (removed !== 'missing') await performEffects(context, run, removed.effects, about);
}

/** The same for a letter about a task, in the run's outbox. */
async function keepTaskLetter(
  context: StepContext,
  run: Run,
  { node, since, at, reason }: OutboxTaskLetter,
): Promise<void> {
  const stage = queueOfNode(chainOf(context.registry, run), node) ?? node;
  const { runId, generation } = run;
  const told = { runId, generation, sourceQueue: stage, body: '', dequeueCount: 0 };
  await keepLetter(context, { stage, at, id: outboxTaskLetterId(run, { node, since }), reason, ...told });
  await changeAndPerform(context, run, { type: 'task-outbox-delivered', node, since, at });
}

async function sendChunk(
  { registry, queues }: StepContext,
  run: Run,
  send: SendChunk,
  about: AboutShard | undefined,
): Promise<void> {
  const view = about?.view;
  if (view === undefined) throw new Error('a permit must name its node');
  const node = mapOf(chainOf(registry, run), view.node);
  if (node === undefined) throw new Error(`chain "${run.name}" has no map node "${view.node}"`);
  const { rows } = about ?? {};
  const known =
    rows === undefined ? undefined : { ledger: rows.ledger.value, chunk: rows.chunks.get(send.chunk)?.value };
  const traced = { ...view, traceparent: run.traceparent };
  const queue = laneOf(node, view);
  for (const permit of permitsOf(traced, send, (items) => permitNote(node, view, send, known, items))) {
    await queues.send(queue, messageText(permit), delayOf(send, permit));
  }
}
