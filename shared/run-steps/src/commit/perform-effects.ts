import { poisonQueueOf, queueOf } from '@tally/chain';
import { MESSAGE_VERSION, messageText } from '@tally/contracts';
import { type DeadLetter, delayOf, type Effect, permitsOf, type Run, type SendChunk } from '@tally/run-state';
import type { ShardRows } from '@tally/run-store';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { keepLetter, owedLetterId } from '../dead-letters/keep-letter.ts';
import { changeRun } from './change-run.ts';
import { permitNote } from './permit-note.ts';

/** Mostly sends, a put each: enough at once to hide their latency when a dispatch claims a whole window. */
const EFFECTS_AT_ONCE = 8;

/**
 * Does what a commit justifies (I4). Whatever a crash leaves undone is done by the next delivery of the same message,
 * or by the watchdog.
 * @param rows the shard's rows as the commit left them, for the notes of the messages
 */
export async function performEffects<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  effects: readonly Effect[],
  rows?: ShardRows<Item, Result, Folded>,
): Promise<void> {
  // The messages go on from the span that sends them; outside of one, as in the watchdog's pass, from the run's start.
  const sender = { ...run, traceparent: context.telemetry.traceparent() ?? run.traceparent };
  const rest = [...effects];
  while (rest.length > 0) {
    const group = rest.splice(0, EFFECTS_AT_ONCE);
    await Promise.all(group.map((effect) => performEffect(context, sender, effect, rows)));
  }
}

async function performEffect<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  effect: Effect,
  rows: ShardRows<Item, Result, Folded> | undefined,
): Promise<void> {
  const { chain, queues } = context;
  const { runId, gen, traceparent } = run;
  const head = { v: MESSAGE_VERSION, runId, gen };
  switch (effect.type) {
    case 'send-chunk':
      return await sendChunk(context, run, effect, rows);
    case 'send-collect':
      return await sendCollect(context, run, effect.shard, effect.epoch);
    case 'send-dispatch': {
      const { epoch, tok, shards } = effect;
      return await queues.send(queueOf(chain.dispatch), messageText({ ...head, epoch, tok, shards, traceparent }));
    }
    case 'send-gate-timeout': {
      const text = messageText({ ...head, event: effect.event, traceparent });
      return await queues.send(queueOf(chain.collect), text, effect.delayMs);
    }
    case 'dead-letter':
      return await keepOwedLetter(context, run, effect);
    case 'fail-run': {
      const failed = await changeRun(context, runId, gen, { type: 'fail', failure: effect.failure });
      if (failed !== null) await performEffects(context, failed.run, failed.effects);
      return;
    }
    case 'settle':
    case 'read-event':
    case 'housekeep':
      // The collector does these. It looks at the whole run whichever of its shards it is told of.
      return await sendCollect(context, run, 0, run.epoch);
  }
}

/** I6: kept first, and only then struck off the ledger. Whoever dies in between leaves it to the next, who finds it kept under the same name. */
async function keepOwedLetter<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  { shard, at, items, reason, from }: DeadLetter,
): Promise<void> {
  const { chain, committer } = context;
  const { runId, gen } = run;
  const stage = chain.work.name;
  const item = items[0] ?? 0;
  const sourceQueue = from === undefined ? queueOf(chain.work) : poisonQueueOf(chain.work);
  const about = { runId, gen, items, sourceQueue, body: '', dequeueCount: 0 };
  await keepLetter(context, { stage, at, id: owedLetterId(run, item), reason, ...about }, shard);
  const event = { type: 'letter-kept', at, item } as const;
  const struck = await committer.commit(shardKeyOf(run, stage, shard), { run, event });
  if (struck !== 'missing') await performEffects(context, run, struck.effects);
}

async function sendCollect<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  { runId, gen, traceparent }: Run,
  shard: number,
  epoch: number,
): Promise<void> {
  const { chain, queues } = context;
  const message = { v: MESSAGE_VERSION, runId, gen, stage: chain.work.name, shard, epoch, traceparent };
  await queues.send(queueOf(chain.collect), messageText(message));
}

async function sendChunk<Item, Result, Folded>(
  { chain, queues }: StepContext<Item, Result, Folded>,
  run: Run,
  send: SendChunk,
  rows: ShardRows<Item, Result, Folded> | undefined,
): Promise<void> {
  const known =
    rows === undefined ? undefined : { ledger: rows.ledger.value, chunk: rows.chunks.get(send.chunk)?.value };
  for (const permit of permitsOf(run, chain.work.name, send, (items) => permitNote(chain, run, send, known, items))) {
    await queues.send(queueOf(chain.work), messageText(permit), delayOf(send, permit));
  }
}
