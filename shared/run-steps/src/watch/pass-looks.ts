import type { ChainDefinition } from '@tally/chain';
import type { QueueLook } from '@tally/run-state';
import type { Slots } from '../context/at-once.ts';
import type { StepContext } from '../context/context.ts';
import { servingName } from '../context/serving.ts';

/** What a pass finds out about single runs, and what it works with. */
export interface Pass {
  readonly looks: PassLooks;
  /** For the shards of all runs. */
  readonly slots: Slots;
  readonly stuck: Set<string>;
  readonly unserved: Set<string>;
}

/** What a pass learns about queues and workers. It asks once a pass, and only where a run needs it. */
export class PassLooks {
  readonly #context: StepContext;
  readonly #heads = new Map<string, Promise<number | null>>();
  #served: Promise<ReadonlyMap<string, number>> | null = null;

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** When the oldest visible message of a queue was inserted, in milliseconds since 1970; null: none. */
  async headOf(queue: string): Promise<number | null> {
    const known = this.#heads.get(queue) ?? this.#context.queues.headInsertedAt(queue);
    this.#heads.set(queue, known);
    return await known;
  }

  async lookAt(chain: ChainDefinition, node: string, queue: string): Promise<QueueLook> {
    this.#served ??= readServed(this.#context);
    const served = await this.#served;
    return { headInsertedAt: await this.headOf(queue), servedAt: served.get(servingName(chain, node, queue)) ?? null };
  }
}

/** When each node of each chain and version was served last. */
async function readServed({ store }: StepContext): Promise<ReadonlyMap<string, number>> {
  const served = new Map<string, number>();
  for await (const { value } of store.listWorkers())
    served.set(value.stage, Math.max(served.get(value.stage) ?? 0, value.lastSeen));
  return served;
}
