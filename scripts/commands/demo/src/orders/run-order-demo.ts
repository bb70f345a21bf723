import { join } from 'node:path';
import type { RunStatusBody } from '@tally/api';
import { APPROVAL_EVENT, orderFilesSchema, orders } from '@tally/chains';
import { renderEnd, renderOutput, watchRun } from '@tally/cli';
import type { StartedRun } from '@tally/client';
import * as z from 'zod';
import { type DemoSystem, withDemoSystem } from '../system/demo-system.ts';
import { guard } from '../system/guard.ts';
import { saveBlob } from '../system/save-blob.ts';
import { say } from '../system/say.ts';
import { type Decider, type DecisionOptions, deciderOf, expectedDecision } from './decision.ts';
import { OrderMails } from './order-mails.ts';
import { readKey } from './read-key.ts';
import { sampleOrder } from './sample-order.ts';

export interface OrderDemoOptions extends DecisionOptions {
  /** The system to use, one that `npm start` of this folder runs. */
  readonly url?: string;
  /** Never use a system that already runs. */
  readonly own?: true;
  /** Absolute path. The files go there, in one folder per order. */
  readonly folder: string;
}

/** Enough to start a system and to make a document and a clip of some seconds. A longer demo hangs. */
const workMs = 300_000;
/** Slightly longer than an order waits for its approver by default. */
const patienceMs = 35 * 60_000;

/** @returns the exit code: 0 when the order has ended as it was decided */
export async function runOrderDemo(options: OrderDemoOptions, interrupt: AbortSignal): Promise<number> {
  const decider = deciderOf(options, process.stdin.isTTY);
  const signal = AbortSignal.any([interrupt, guard(decider === 'keyboard' ? patienceMs : workMs)]);
  const chain = orders.definition.name;
  return await withDemoSystem(
    { chain, url: options.url, own: options.own, needsMails: true, signal },
    async (system) => {
      return await sendOrder(system, { ...options, decider, signal });
    },
  );
}

interface SendOrderOptions extends OrderDemoOptions {
  readonly decider: Decider;
  readonly signal: AbortSignal;
}

async function sendOrder({ client, blobs, mailFolder }: DemoSystem, options: SendOrderOptions): Promise<number> {
  const { decider, timeout, signal } = options;
  const order = sampleOrder();
  const mails = new OrderMails(mailFolder ?? '', order.number);
  const input = timeout === undefined ? order : { ...order, approvalTimeout: timeout };
  const run = await client.startRun({ chain: orders.definition.name, input });
  say(`Order ${order.number} of ${order.customer.name} is run ${run.id}.\n`);
  const status = await watchAndDecide(run, { client, decider, mails, signal });
  say(`\nMails since then:\n\n${await mails.next()}`);
  say(`\n${renderEnd(run.id, status)}`);
  const output = renderOutput(status, String);
  if (output !== null) say(output);
  const folder = join(options.folder, order.number);
  const saved = [...(await saveFiles(blobs, status, folder)), ...(await mails.save(folder))];
  say(`\nSaved in ${folder}: ${saved.join(', ')}`);
  return isAsDecided(status, decider) ? 0 : 1;
}

interface WatchOptions extends Pick<SendOrderOptions, 'decider' | 'signal'> {
  readonly client: DemoSystem['client'];
  readonly mails: OrderMails;
}

/** Shows the run until it ends. When the run asks the approver, the demo asks its user. */
async function watchAndDecide(run: StartedRun, options: WatchOptions): Promise<RunStatusBody> {
  const { client, decider, mails, signal } = options;
  const asked = Promise.withResolvers<void>();
  const decided = new AbortController();
  let isAsked = false;
  const onStatus = ({ nodes }: RunStatusBody): void => {
    const isWaiting = nodes.some(({ kind, state }) => kind === 'wait' && state === 'waiting');
    if (isWaiting && !isAsked) asked.resolve();
    // The order was decided by a link of the mail, or its time has passed.
    if (!isWaiting && isAsked) decided.abort();
    isAsked ||= isWaiting;
  };
  const watched = watchRun(run, { client, progress: process.stdout, signal, onStatus, tellsCommands: false });
  const deciding = asked.promise.then(async () => {
    say(`\nThe approver has this mail; each of its links works until the decision:\n\n${await mails.next()}\n`);
    await decide(run, decider, AbortSignal.any([signal, decided.signal]));
  });
  try {
    return await Promise.race([watched, deciding.then(() => watched)]);
  } catch (error) {
    // On a system that keeps running, the run would wait for its approver.
    if (signal.aborted) await endRun(run);
    throw error;
  } finally {
    decided.abort();
  }
}

async function endRun(run: StartedRun): Promise<void> {
  try {
    await run.terminate('the demo was ended');
    say(`Run ${run.id} is being terminated.`);
  } catch (error) {
    say(`Run ${run.id} could not be terminated: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function decide(run: StartedRun, decider: Decider, signal: AbortSignal): Promise<void> {
  if (decider === 'time-out') return;
  const answer = decider === 'keyboard' ? await askKeyboard(signal) : decider;
  if (answer !== null) await run.raiseEvent(APPROVAL_EVENT, expectedDecision[answer]);
}

async function askKeyboard(signal: AbortSignal): Promise<'approve' | 'reject' | null> {
  say('Press a to approve, r to reject.');
  const key = await readKey(process.stdin, ['a', 'r'], {
    signal,
    onInterrupt: () => void process.emit('SIGINT'),
  });
  return key === null ? null : key === 'a' ? 'approve' : 'reject';
}

const outputSchema = z.looseObject({ decision: z.string(), files: orderFilesSchema });

/** @returns names of the files */
async function saveFiles(blobs: DemoSystem['blobs'], { output }: RunStatusBody, folder: string): Promise<string[]> {
  const files = outputSchema.safeParse(output).data?.files;
  const saved: string[] = [];
  for (const [file, name] of [
    [files?.pdf, 'order.pdf'],
    [files?.video, 'order.mp4'],
  ] as const) {
    if (file === null || file === undefined) continue;
    await saveBlob(blobs, file, join(folder, name));
    saved.push(name);
  }
  return saved;
}

function isAsDecided({ runtimeStatus, output }: RunStatusBody, decider: Decider): boolean {
  const decision = outputSchema.safeParse(output).data?.decision;
  if (runtimeStatus !== 'Completed' || decision === undefined) return false;
  return decider === 'keyboard' || decision === expectedDecision[decider];
}
