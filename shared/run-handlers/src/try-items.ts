import {
  type BulkHandler,
  bulkOf,
  type HandlerTable,
  type MapDefinition,
  RetryAfterError,
  type RunHandler,
} from '@tally/chain';
import type { Json, TallyFailureCode, WorkItem } from '@tally/contracts';
import type { MapView, Run, TryOutcome } from '@tally/run-state';
import type { TryItems } from '@tally/run-steps';
import { inTime } from './in-time.ts';
import { invalidResult, outcomeOfAnswer, outcomeOfThrown } from './item-outcome.ts';
import { type ServeParts, tableOf, workOf } from './work-of.ts';

/** The longest time for an item's try. A chunk is then done before the host ends the function. */
const ITEM_TIMEOUT_MS = 300_000;
/** The number of items of one chunk that are in work at once. */
const AT_ONCE = 8;

const tooLate = new RetryAfterError(
  'TryTimedOut' satisfies TallyFailureCode,
  "no item was done when the delivery's time ended",
  '0s',
);

/** What all tries of a delivery share. */
interface Delivery extends Pick<MapView, 'node' | 'since'> {
  readonly parts: ServeParts;
  readonly definition: MapDefinition;
  readonly run: Run;
  /** The number of each item's current try, by the item's number. */
  readonly tries: ReadonlyMap<number, number>;
  /** When it fires, no more items are begun. */
  readonly until: AbortSignal;
}
type Outcomes = ReadonlyMap<number, TryOutcome>;

/** Tries items with the handler of the version that their run began with. */
export function triesOfMap(tables: readonly HandlerTable[], parts: ServeParts): TryItems {
  return async (items, { run, view: { node, since }, tries, until }, signal) => {
    const { handler, definition } = tableOf(tables, run, node);
    if (definition.kind !== 'map') throw new Error(`node "${node}" of chain "${run.name}" is not a map`);
    const delivery: Delivery = { parts, definition, run, node, since, tries, until };
    const bulk = bulkOf<Json, Json>(handler);
    return bulk === undefined
      ? await tryEach(delivery, handler, items, signal)
      : await tryTogether(delivery, bulk, items, signal);
  };
}

async function tryEach(
  delivery: Delivery,
  handler: RunHandler,
  items: readonly WorkItem[],
  signal: AbortSignal,
): Promise<Outcomes> {
  const outcomes = new Map<number, TryOutcome>();
  const waiting = [...items];
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    const isOver = () => signal.aborted || delivery.until.aborted;
    for (let item = waiting.shift(); item !== undefined && !isOver(); item = waiting.shift()) {
      const outcome = await tryItem(delivery, handler, item, signal);
      if (outcome !== null) outcomes.set(item.index, outcome);
    }
  });
  await Promise.all(workers);
  return outcomes;
}

/** @returns null if the result is no longer needed */
async function tryItem(
  delivery: Delivery,
  handler: RunHandler,
  item: WorkItem,
  signal: AbortSignal,
): Promise<TryOutcome | null> {
  const tookMs = stopwatch();
  try {
    const answer = await inTime(ITEM_TIMEOUT_MS, signal, (stop) => handler(workOfItem(delivery, item, stop)));
    return outcomeOfAnswer(delivery.definition, answer, tookMs());
  } catch (thrown) {
    return signal.aborted ? null : outcomeOfThrown(thrown, tookMs());
  }
}

/**
 * Tries all items with one call of a handler that takes many at once. Each item has its own outcome, or that
 * of the call. If the delivery has ended meanwhile, items without an answer have no outcome and are given
 * back untried.
 */
async function tryTogether(
  delivery: Delivery,
  bulk: BulkHandler<Json, Json>,
  items: readonly WorkItem[],
  signal: AbortSignal,
): Promise<Outcomes> {
  const tookMs = stopwatch();
  const all = (outcome: TryOutcome) => new Map(items.map(({ index }) => [index, outcome]));
  let answers: readonly unknown[];
  try {
    answers = await inTime(ITEM_TIMEOUT_MS, signal, async (stop) => {
      const works = items.map((item) => workOfItem(delivery, item, stop));
      const [first] = works;
      const { until } = delivery;
      return first === undefined
        ? []
        : await bulk({ run: first.run, log: first.log, signal: stop, items: works, until });
    });
  } catch (thrown) {
    return signal.aborted ? new Map() : all(outcomeOfThrown(thrown, tookMs()));
  }
  const isCut = delivery.until.aborted && answers.length < items.length;
  // A delivery without any answer has failed. Otherwise it would come again forever.
  if (isCut && answers.length === 0) return all(outcomeOfThrown(tooLate, tookMs()));
  if (answers.length !== items.length && !isCut)
    return all(invalidResult(`${answers.length} answers to ${items.length} items`, tookMs()));
  const answered = items.slice(0, answers.length);
  return new Map(answered.map(({ index }, place) => [index, outcomeOfOne(delivery, answers[place], tookMs())]));
}

function outcomeOfOne({ definition }: Delivery, answer: unknown, durationMs: number): TryOutcome {
  return answer instanceof Error
    ? outcomeOfThrown(answer, durationMs)
    : outcomeOfAnswer(definition, answer, durationMs);
}

function workOfItem({ parts, run, node, since, tries }: Delivery, { index, input }: WorkItem, signal: AbortSignal) {
  const place = { runId: run.runId, generation: run.generation, node, since, index };
  return { ...workOf(parts, run, place, { input, attempt: tries.get(index) ?? 1, state: undefined, signal }), index };
}

/** @returns a function that gives the time since then, in milliseconds */
function stopwatch(): () => number {
  const began = performance.now();
  return () => Math.round(performance.now() - began);
}
