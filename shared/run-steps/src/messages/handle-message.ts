import { messageText, poisonQueueOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { z } from 'zod';
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

/** A message's text as what its schema says, or why it is none. */
export type Parsed<Message> = { readonly value: Message } | { readonly reason: string };

/** How long a poisoned message waits that could not be handled: what an outage of the tables takes, at the most, before somebody looks. */
const POISON_RETRY_MS = 60_000;

/**
 * Does what a message asks for. One that can't be read, or of a run that nobody knows, is kept as a dead letter at once: more deliveries
 * would not make it readable. One that others may be able to do goes back (R8, R9). One that is dropped is done with, and the log says why.
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
    const { runId, gen, traceparent } = parsed.value;
    const place = placeOf(parsed.value);
    const about = { run: runId, stage: stage.name, queue: from, ...place, delivery: delivery.dequeueCount };
    const name = `${stage.name} ${from}`;
    const handled = await context.telemetry
      .span(name, traceparent, about, () => handle(parsed.value))
      .catch(unlessUnread);
    if (handled.kind === 'unknown-run')
      return await keepDeadLetter(context, stage, from, delivery, 'no such run', { runId });
    if (handled.kind === 'refused')
      return await keepDeadLetter(context, stage, from, delivery, handled.reason, { runId, gen });
    if (handled.kind === 'unknown-chain')
      return await holdUnknown(context, stage, from, delivery, parsed.value, chainWords(handled.run));
    if (handled.kind === 'other-version')
      return await holdUnknown(context, stage, from, delivery, parsed.value, ROWS_OF_OTHERS);
    if (handled.kind === 'dropped')
      context.log.info('message dropped', { stage: stage.name, runId, gen, reason: handled.reason });
  };
  await (from === 'queue' ? act() : actOrSendAnew(context, stage, delivery, act));
}

/**
 * More deliveries make no row readable, and each would be a line of the log. Of a broken one the watchdog ends the run, or finds the row put right and sends again
 * (I2); one of another version may be done by an app of that version (R9).
 */
function unlessUnread(error: unknown): Handled | { readonly kind: 'other-version' } {
  if (isBroken(error)) return { kind: 'dropped', reason: 'row-broken' };
  if (isOfAnotherVersion(error)) return { kind: 'other-version' };
  throw error;
}

/**
 * I6: of a message of a poison queue the host takes no care where the function throws: it would stay hidden for ten minutes, and after a few times be
 * skipped for good. So it is sent anew.
 * @throws where that fails too: the host's ten minutes are what is left
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
    log.warn('a poisoned message could not be handled and was sent anew', { stage: stage.name, messageId, error });
  }
}

/** R8: it goes back as it is, but for since when its chain isn't known; a dead letter of it doesn't say that, so that one sent again later has its whole time. */
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
  // Anybody can write it: one that lies ahead would let the message go round for ever.
  const since = Math.min(heldSince, now);
  const text = messageText({ ...sent, heldSince: since });
  const { runId, gen } = message;
  const held = { runId, gen, since, unknown, text };
  await holdMessage(context, stage, from, { ...delivery, body: messageText(sent) }, held);
}

function chainWords({ name, chainVersion }: Run): string {
  return `${name}@${chainVersion}`;
}

/** A message that is none of this queue, or none of this version. */
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
  // Only a message of one image is about an item; the others are told apart by their chunk.
  const [item, ...more] = items;
  const about: Record<string, string | number> = item === undefined || more.length > 0 ? {} : { item };
  for (const [name, value] of Object.entries(place)) if (value !== undefined) about[name] = value;
  return about;
}
