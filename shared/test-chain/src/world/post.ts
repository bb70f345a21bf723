import { poisonQueueOf } from '@tally/contracts';
import type { ReceivedMessage } from '@tally/queues';
import { type Stage, stagesOf } from '@tally/run-steps';
import { Crash, type Crashes } from './crash.ts';
import { runFunction, type Source, type Tries } from './function-of.ts';
import type { TestWorld } from './test-world.ts';

/**
 * How long the Functions host hides a message in work. A message of a dead process comes again after this
 * time.
 */
const LEASE_MS = 600_000;

const SOURCES: readonly Source[] = ['queue', 'poison-queue'];

/** Delivers messages to functions, one after another, as the Functions host does. */
export class Post {
  readonly #world: TestWorld;
  readonly #tries: Tries;
  readonly #crashes: Crashes;
  readonly #deliverTwice: boolean;

  constructor(world: TestWorld, tries: Tries, crashes: Crashes, deliverTwice: boolean) {
    this.#world = world;
    this.#tries = tries;
    this.#crashes = crashes;
    this.#deliverTwice = deliverTwice;
  }

  /**
   * Delivers the first visible message, queue by queue in the order of the path.
   * @returns false if none is visible
   */
  async deliverOne(): Promise<boolean> {
    for (const stage of stagesOf(this.#world.registry)) {
      for (const from of SOURCES) {
        const queue = queueOf(stage, from);
        const [message] = this.#world.queues.receive(queue, { visibilityMs: LEASE_MS });
        if (message === undefined) continue;
        await this.#deliver(stage, from, message);
        return true;
      }
    }
    return false;
  }

  async #deliver(stage: Stage, from: Source, message: ReceivedMessage): Promise<void> {
    const { queues } = this.#world;
    const queue = queueOf(stage, from);
    // Both begin before either ends, as when a lease runs out in the middle of the work.
    const deliveries = Array.from({ length: this.#deliverTwice ? 2 : 1 }, () => this.#handle(stage, from, message));
    const isDone = (await Promise.all(deliveries)).every((end) => end === 'done');
    if (isDone) {
      queues.delete(queue, message);
    } else if (from === 'queue' && message.dequeueCount >= stage.listening.maxDequeueCount) {
      await queues.send(poisonQueueOf(stage.name), message.text);
      queues.delete(queue, message);
    }
  }

  async #handle(stage: Stage, from: Source, message: ReceivedMessage): Promise<'done' | 'died'> {
    const { id, text, dequeueCount, insertedAt } = message;
    const delivery = { body: text, messageId: id, dequeueCount, insertedAt };
    try {
      await runFunction(this.#world.process(this.#crashes.mortal()), stage, from, delivery, this.#tries);
      return 'done';
    } catch (error) {
      if (error instanceof Crash) return 'died';
      throw error;
    }
  }
}

function queueOf({ name }: Stage, from: Source): string {
  return from === 'queue' ? name : poisonQueueOf(name);
}
