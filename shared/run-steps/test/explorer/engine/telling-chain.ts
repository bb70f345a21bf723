import { type ChainDefinition, defineChain, FatalError, SMALL_LANE } from '@tally/chain';
import * as z from 'zod';
import type { ItemSetting } from './setting.ts';

export const MAX_DELIVERIES = 2;
const GATE_MS = 600_000;
/** As long as a message can be hidden: longer than any wait here. */
const FOR_EVER_MS = 600_000_000;
export const EVENT = 'Approval';
export const TELL = 'tell';
/** Small runs go through the second queue of the chain's map. */
export const TELL_SMALL = `${TELL}${SMALL_LANE}`;

/** Whether a queue belongs to the map. */
export function isTellQueue(queue: string): boolean {
  return queue === TELL || queue === TELL_SMALL;
}

/**
 * A chain of one map whose items are its input. It has fewer repairs and tries than the product, so that
 * their full course is explored: one repair whole, one item by item, then given up.
 */
export function tellingChainOf({ chunkItems, shardItems, items, window, gate }: ItemSetting): ChainDefinition {
  return defineChain({
    ...{ name: 'telling', version: 1, app: 'teller', input: z.object({ items: z.array(z.string()) }) },
    listening: { teller: { batchSize: 4, newBatchThreshold: 2, maxDequeueCount: MAX_DELIVERIES } },
  })
    .rootMap('tell', {
      ...{ itemsOf: 'items', queue: TELL, column: 'items', item: z.string(), result: z.number() },
      fold: {
        schema: z.strictObject({ count: z.number(), sum: z.number() }),
        empty: { count: 0, sum: 0 },
        add: ({ count, sum }, _index, _item, result) => ({ count: count + 1, sum: sum + result }),
        merge: (a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }),
      },
      retry: { attempts: 2, first: '5s', max: '20s' },
      repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 1, singleSpreadFactor: 1, maxSends: 2 },
      sizing: {
        maxChunkItems: chunkItems,
        spread: Math.ceil(items.length / chunkItems),
        minShardItems: shardItems,
        maxShards: Math.ceil(items.length / shardItems),
      },
      window,
    })
    .wait('approval', {
      after: ['tell'],
      when: () => gate !== undefined,
      ...{ event: EVENT, payload: z.boolean(), onFailure: 'continue' },
      timeout: `${gate?.waitsForever === true ? FOR_EVER_MS : GATE_MS}ms`,
    })
    .output(({ tell: { output }, approval }) => {
      if (approval.status === 'succeeded' && !approval.output) throw new FatalError('Rejected', 'the approver said no');
      if (approval.status === 'timedOut' && gate?.onTimeout === 'fail')
        throw new FatalError('GateTimeout', 'no answer came in time');
      return { succeeded: output.succeeded, failed: output.failed, ...output.fold };
    }).definition;
}
