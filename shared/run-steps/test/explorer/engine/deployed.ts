import type { ChainDefinition } from '@tally/chain';
import { AGGREGATE_QUEUE, DISPATCH_QUEUE, poisonQueueOf } from '@tally/contracts';
import { withOtherItems } from './graphs.ts';
import type { Setting } from './setting.ts';

/** A late hour of a day, so that a clock that is far ahead is in the next day. */
export const BEGIN = Date.UTC(2026, 0, 1, 12, 5);
/** The chains by the time: a deployment may come in between. */
export type Deployed = (now: number) => readonly ChainDefinition[];

export function deployedIn(setting: Setting, chains: readonly ChainDefinition[]): Deployed {
  if (setting.graph === undefined) return () => chains;
  const { deployedAfterMs = 0, itemsChangeAfterMs } = setting;
  const changed = chains.map(withOtherItems);
  return (now) => {
    if (now < BEGIN + deployedAfterMs) return [];
    return itemsChangeAfterMs !== undefined && now >= BEGIN + itemsChangeAfterMs ? changed : chains;
  };
}

/** The workers may be of an older deployment than the apps that serve all chains. */
export function knownToWorkers(setting: Setting, deployed: Deployed): Deployed {
  const { workersKnowAfterMs = 0 } = setting.graph === undefined ? {} : setting;
  return (now) => (now < BEGIN + workersKnowAfterMs ? [] : deployed(now));
}

/**
 * Whether the apps that serve all chains do it. They also do what comes without a message: callers' wishes
 * and the watchdog's pass.
 */
export function isForOwnApp(queue: string = AGGREGATE_QUEUE): boolean {
  return [DISPATCH_QUEUE, AGGREGATE_QUEUE].some((own) => queue === own || queue === poisonQueueOf(own));
}
