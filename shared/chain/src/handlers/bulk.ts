import type { MapHandler, MapWork } from './work.ts';

/** Under which a map's handler keeps that it can take many items at once. */
const BULK = Symbol('bulk');

/** Items of one chunk. */
export interface BulkWork<Item> extends Pick<MapWork<Item>, 'run' | 'log' | 'signal'> {
  /** As the handler of a single item gets them. `signal` fires for all at once. */
  readonly items: readonly MapWork<Item>[];
  /** When it fires, four minutes after the delivery's begin, nothing more is to be begun. A minute later `signal` fires, and the try has failed for all items. */
  readonly until: AbortSignal;
}

/**
 * Does the work of many items by one call, where an outside service takes many at once. Gives as many answers as there are items, in their order; an error in
 * an answer's place is that item's own, and is tried again as the node's `retry` says, unless it is a `FatalError`. What it throws is every item's. After
 * `until` has fired it may give fewer, but at least one: the items behind them have not been tried, and go out again.
 */
export type BulkHandler<Item, Result> = (work: BulkWork<Item>) => Promise<readonly (Result | Error)[]>;

/** A map's handler that takes what is to be tried of a chunk at once: `handlersFor(chain, 'app', { scores: inBulk(async ({ items }) => …) })`. */
export function inBulk<Item, Result>(handler: BulkHandler<Item, Result>): MapHandler<Item, Result> {
  const one: MapHandler<Item, Result> = async (work) => {
    const { run, log, signal } = work;
    const answers = await handler({ run, log, signal, items: [work], until: signal });
    const [answer] = answers;
    if (answer === undefined || answers.length > 1) throw new RangeError(`${answers.length} answers to one item`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return Object.assign(one, { [BULK]: handler });
}

/** How a handler takes many items at once; undefined: it takes one after another. */
export function bulkOf<Item, Result>(
  handler: ((work: never) => unknown) & { readonly [BULK]?: BulkHandler<Item, Result> },
): BulkHandler<Item, Result> | undefined {
  return handler[BULK];
}
