import type { Invokes } from './app-runtime.ts';
import type { QueueFunction } from './function-registry.ts';
import type { QueuesConfig } from './host-config.ts';
import { InterruptibleWait } from './interruptible-wait.ts';
import type { Log } from './log.ts';
import { bodyData, decodeText, triggerMetadata } from './message-body.ts';
import { MessageLease } from './message-lease.ts';
import { PollingBackoff } from './polling-backoff.ts';
import { isEmptyPoll } from './storage-errors.ts';
import type { ReceivedMessage, StorageQueue } from './storage-queue.ts';
import type { WakeUps } from './wake-ups.ts';

export interface QueueListenerOptions {
  readonly fn: QueueFunction;
  readonly queue: StorageQueue;
  /**
   * Where messages go that can't be processed. A poison queue has none, nor does a queue with too long a name
   * (rule 11).
   */
  readonly poisonQueue: StorageQueue | undefined;
  readonly config: QueuesConfig;
  /** Only a test sets it. Otherwise it follows from the configuration (rule 4). */
  readonly backoff?: Pick<PollingBackoff, 'nextMs' | 'reset'>;
  /** How long a received message stays invisible: ten minutes (rule 2), unless a test shortens it. */
  readonly leaseMs: number;
  readonly invoker: Invokes;
  readonly wakeUps: WakeUps;
  readonly log: Log;
  /** Called when the storage failed in a way that ends the host (rule 5). */
  readonly onFatal: (error: unknown) => void;
}

/** Polls one queue for one function and settles its messages. */
export class QueueListener {
  readonly #options: QueueListenerOptions;
  readonly #backoff: Pick<PollingBackoff, 'nextMs' | 'reset'>;
  readonly #pause = new InterruptibleWait();
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  /**
   * Wakes the loop while it waits for room. A race of all messages in flight would leave a reaction at each
   * running one.
   */
  #onEnd: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: QueueListenerOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new PollingBackoff(options.config.maxPollingIntervalMs);
    options.wakeUps.on(options.queue.url, () => this.#pause.end());
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Number of messages that are being processed. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Stops polling and resolves when every message in flight is settled (rule 15). A poll in progress is
   * completed, because the queue has already leased its messages. They are processed, as the official host
   * does when the platform drains it.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#pause.end();
    await this.#loop;
    await Promise.all(this.#inFlight);
  }

  /** rule 1: one loop, serial. */
  async #poll(): Promise<void> {
    let queueKnown = false;
    while (!this.#isStopped()) {
      let found = 0;
      try {
        // rule 1: a missing queue is not created. It counts as an empty poll.
        queueKnown ||= await this.#options.queue.exists(this.#stop.signal);
        if (queueKnown) found = await this.#receive();
      } catch (error) {
        queueKnown = false;
        if (this.#isStopped()) return;
        if (!isEmptyPoll(error)) return this.#options.onFatal(error);
      }
      if (found > 0) await this.#untilRoomForMore();
      else await this.#pause.wait(this.#backoff.nextMs());
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /**
   * One poll. Every message starts at once (rule 3). Messages that can't be decoded don't count as found
   * (rule 13).
   */
  async #receive(): Promise<number> {
    const { queue, config, leaseMs } = this.#options;
    const messages = await queue.receive(config.batchSize, leaseMs, this.#stop.signal);
    let found = 0;
    for (const message of messages) {
      const body = decodeText(message.text, config.messageEncoding);
      if (body !== undefined) found++;
      this.#track(body === undefined ? this.#rejectUndecodable(message) : this.#process(message, body));
    }
    if (found > 0) this.#backoff.reset();
    return found;
  }

  /** rule 3: this keeps at most batchSize + newBatchThreshold messages in flight. */
  async #untilRoomForMore(): Promise<void> {
    while (this.#inFlight.size > this.#options.config.newBatchThreshold) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onEnd = resolve;
      await promise;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch(this.#options.onFatal).finally(() => {
      this.#inFlight.delete(tracked);
      this.#onEnd();
    });
    this.#inFlight.add(tracked);
  }

  async #process(message: ReceivedMessage, body: Buffer): Promise<void> {
    const { queue, config, leaseMs, onFatal } = this.#options;
    if (message.dequeueCount > config.maxDequeueCount) {
      // rule 7: the message has used up its attempts and none of them ended, so each of its workers crashed.
      return this.#giveUp(message, message.popReceipt, `was received ${message.dequeueCount} times`);
    }
    const lease = new MessageLease(queue, message, leaseMs, onFatal);
    const succeeded = await this.#invoke(message, body);
    const popReceipt = await lease.stop();
    if (succeeded)
      await queue.delete(message.id, popReceipt); // rule 9
    else await this.#settleFailure(message, popReceipt);
  }

  async #invoke(message: ReceivedMessage, body: Buffer): Promise<boolean> {
    const { fn, invoker, log } = this.#options;
    try {
      const data = bodyData(body, fn.trigger.dataType);
      const outcome = await invoker.invoke(fn, { data, metadata: triggerMetadata(message, data) });
      return outcome.ok;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      log.write('error', `message ${message.id} is not UTF-8`, { functionName: fn.name }); // rule 14
      return false;
    }
  }

  /** rule 10. */
  async #settleFailure(message: ReceivedMessage, popReceipt: string): Promise<void> {
    const { fn, queue, poisonQueue, config, log } = this.#options;
    if (poisonQueue === undefined) {
      // rule 12: if it were released, it would come back in an endless loop.
      log.write('warning', `message ${message.id} failed; it stays invisible until its lease ends`, {
        functionName: fn.name,
      });
    } else if (message.dequeueCount >= config.maxDequeueCount) {
      await this.#giveUp(message, popReceipt, `failed ${message.dequeueCount} times`);
    } else {
      await queue.hide(message.id, popReceipt, config.visibilityTimeoutMs);
    }
  }

  /** rule 13: at once, with any dequeue count, and without an invocation. */
  async #rejectUndecodable(message: ReceivedMessage): Promise<void> {
    await this.#giveUp(message, message.popReceipt, `is not ${this.#options.config.messageEncoding}`);
  }

  /**
   * Copies the message unchanged, then deletes it. A crash in between leaves both (rules 7, 10, 11 and 13).
   */
  async #giveUp(message: ReceivedMessage, popReceipt: string, why: string): Promise<void> {
    const { fn, queue, poisonQueue, wakeUps, log } = this.#options;
    const source = { functionName: fn.name };
    if (poisonQueue === undefined) {
      // rule 12.
      return log.write('warning', `message ${message.id} ${why}; it is skipped until its lease ends`, source);
    }
    await poisonQueue.send(message.text);
    await queue.delete(message.id, popReceipt);
    wakeUps.wake(poisonQueue.url); // rule 6
    log.write('warning', `message ${message.id} ${why}: moved to ${poisonQueue.name}`, source);
  }
}

/** rule 11: the name of the poison queue, or undefined if there is none. */
export function poisonQueueName(queueName: string): string | undefined {
  const name = `${queueName}-poison`;
  // The longest name that a storage queue may have.
  return queueName.endsWith('-poison') || name.length > 63 ? undefined : name;
}
