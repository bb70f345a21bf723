import type { MapHandler, MapWork } from './work.ts';

/** The key under which a map's handler keeps its version for many items at once. */
const BULK = Symbol('bulk');

/** Items of one chunk. */
export interface BulkWork<Item> extends Pick<MapWork<Item>, 'run' | 'log' | 'signal'> {
  /** The items as the handler of a single item gets them. `signal` fires for all of them at once. */
  readonly items: readonly MapWork<Item>[];
  /**
   * Fires four minutes after the delivery begins. After that, no more work may begin. A minute later `signal`
   * fires, and the try has failed for all items.
   */
  readonly until: AbortSignal;
}

/**
 * Does the work of many items with one call, for outside services that take many at once. It returns as many
 * answers as there are items, in their order. An error in an answer's place belongs to that item, and is
 * tried again as the node's `retry` says, unless it is a `FatalError`. An error that it throws belongs to
 * every item. After `until` has fired it may return fewer answers, but at least one. The remaining items have
 * not been tried, and go out again.
 */
export type BulkHandler<Item, Result> = (work: BulkWork<Item>) => Promise<readonly (Result | Error)[]>;

/**
 * A map's handler that takes all items of a chunk that are due for a try at once:
 * `handlersFor(chain, 'app', { scores: inBulk(async ({ items }) => …) })`.
 */
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

/** The handler's version for many items at once, or undefined if it takes one after another. */
export function bulkOf<Item, Result>(
  handler: ((work: never) => unknown) & { readonly [BULK]?: BulkHandler<Item, Result> },
): BulkHandler<Item, Result> | undefined {
  return handler[BULK];
}
