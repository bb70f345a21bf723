import { messageText, poisonQueueOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import * as z from 'zod';
import { isBroken, isOfAnotherVersion } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import type { Stage } from '../context/registry.ts';
import type { About } from '../context/telemetry.ts';
import type { Handled } from './admit.ts';
import { holdMessage } from './hold-message.ts';
import { judgeOtherVersion, ROWS_OF_OTHERS } from './other-version.ts';
import { type Delivery, keepDeadLetter } from './poison-message.ts';

/** What all messages have. */
export interface AnyMessage {
  readonly runId: string;
  readonly gen: string;
  readonly heldSince?: number | undefined;
  readonly traceparent?: string | undefined;
}

/** A message's text, parsed by its schema, or why it doesn't fit. */
export type Parsed<Message> = { readonly value: Message } | { readonly reason: string };

/**
 * How long a poisoned message that could not be handled stays hidden. After an outage of the tables it is
 * tried again within this time at most.
 */
const POISON_RETRY_MS = 60_000;

/**
 * Does what a message asks for. A message that can't be read, or whose run is unknown, is kept as a dead
 * letter at once: more deliveries would not make it readable. A message that other processes may be able to
 * do goes back (R8, R9). A dropped message is done with, and the log says why.
 * @throws what the handling throws, for a message of a stage's queue: the host then delivers it again
 */
export async function handleMessage<Message extends AnyMessage>(
  context: StepContext,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  parsed: Parsed<Message>,
  handle: (message: Message) => Promise<Handled>,
): Promise<void> {
  const act = async (): Promise<void> => {
    if ('reason' in parsed) return await handleUnread(context, stage, from, delivery, parsed.reason);
    const { runId, gen: generation, traceparent } = parsed.value;
    const place = placeOf(parsed.value);
    const about = { run: runId, stage: stage.name, queue: from, ...place, delivery: delivery.dequeueCount };
    const name = `${stage.name} ${from}`;
    const handled = await context.telemetry
      .span(name, traceparent, about, () => handle(parsed.value))
      .catch(unlessUnread);
    if (handled.kind === 'unknown-run')
      return await keepDeadLetter(context, stage, from, delivery, 'no such run', { runId });
    if (handled.kind === 'refused')
      return await keepDeadLetter(context, stage, from, delivery, handled.reason, { runId, generation });
    if (handled.kind === 'unknown-chain')
      return await holdUnknown(context, stage, from, delivery, parsed.value, chainWords(handled.run));
    if (handled.kind === 'other-version')
      return await holdUnknown(context, stage, from, delivery, parsed.value, ROWS_OF_OTHERS);
    if (handled.kind === 'dropped')
      context.log.info('message dropped', { stage: stage.name, runId, gen: generation, reason: handled.reason });
  };
  await (from === 'queue' ? act() : actOrSendAnew(context, stage, delivery, act));
}

/**
 * More deliveries don't make a row readable, and each would add a line to the log. If the row is broken, the
 * watchdog ends the run, or finds the row corrected and sends again (I2). If it is of another version, an app
 * of that version may do the work (R9).
 */
function unlessUnread(error: unknown): Handled | { readonly kind: 'other-version' } {
  if (isBroken(error)) return { kind: 'dropped', reason: 'row-broken' };
  if (isOfAnotherVersion(error)) return { kind: 'other-version' };
  throw error;
}

/**
 * I6: the host doesn't take care of a message of a poison queue for which the function throws. The message
 * would stay hidden for ten minutes, and after a few times be skipped for good. So it is sent again.
 * @throws where that fails too: then the host's ten minutes remain
 */
async function actOrSendAnew(
  { queues, log }: StepContext,
  stage: Stage,
  { body, messageId }: Delivery,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    await queues.send(poisonQueueOf(stage.name), body, POISON_RETRY_MS);
    log.warn('a poisoned message could not be handled; it was put back into its poison queue', {
      stage: stage.name,
      messageId,
      error,
    });
  }
}

/**
 * R8: the message goes back as it is, except for `heldSince`, which says since when its chain is unknown. Its
 * dead letter omits that, so that a message sent again later has its full time.
 */
async function holdUnknown<Message extends AnyMessage>(
  context: StepContext,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  message: Message,
  unknown: string,
): Promise<void> {
  const now = context.now();
  const { heldSince = now, ...sent } = message;
  // Any process can write this. An instant in the future would let the message go round forever.
  const since = Math.min(heldSince, now);
  const text = messageText({ ...sent, heldSince: since });
  const { runId, gen: generation } = message;
  const held = { runId, generation, since, unknown, text };
  await holdMessage(context, stage, from, { ...delivery, body: messageText(sent) }, held);
}

function chainWords({ name, chainVersion }: Run): string {
  return `${name}@${chainVersion}`;
}

/** A message that isn't of this queue, or isn't of this version. */
async function handleUnread(
  context: StepContext,
  stage: Stage,
  from: 'queue' | 'poison-queue',
  delivery: Delivery,
  reason: string,
): Promise<void> {
  const judged = await judgeOtherVersion(context, delivery.body);
  if (judged === null) return await keepDeadLetter(context, stage, from, delivery, reason);
  if (judged.kind === 'held') return await holdMessage(context, stage, from, delivery, judged.held);
  context.log.info('message dropped', { stage: stage.name, reason: judged.reason });
}

/** Which part of the run a message is about, as far as it says. */
const placeSchema = z
  .object({
    node: z.string(),
    shard: z.number(),
    chunk: z.number(),
    attempt: z.number(),
    items: z.array(z.number()),
  })
  .partial();

function placeOf(message: object): About {
  const { items = [], ...place } = placeSchema.parse(message);
  // Only a message of one image is about an item. The others are told apart by their chunk.
  const [item, ...more] = items;
  const about: Record<string, string | number> = item === undefined || more.length > 0 ? {} : { item };
  for (const [name, value] of Object.entries(place)) if (value !== undefined) about[name] = value;
  return about;
}
