import { eachAtOnce } from './at-once.ts';
import type { StepContext } from './context.ts';

/**
 * In a long pass the cursor is moved now and then, so that a pass that is cut short keeps part of its
 * progress.
 */
const ROWS_A_NOTE = 1_000;

/** How a pass works on rows that are too many for one pass. */
export interface Round<Row> {
  /** The cursor's name. */
  readonly name: string;
  /** Rows in the order of their places: all, or those after a place. */
  readonly list: (after: string | undefined) => AsyncIterable<Row>;
  readonly placeOf: (row: Row) => string;
  /** Never fails. */
  readonly work: (row: Row) => Promise<void>;
  /** After this time no row is begun. Those that have begun end. */
  readonly budgetMs: number;
  readonly atOnce: number;
}

/**
 * Goes over the rows from where the previous pass stopped, once round or until its time is over. It notes
 * where the next pass is to continue. So each row has its turn, however many there are and whatever one of
 * them costs. If there are no rows, it takes one request. Passes at the same time do no harm: they do the
 * same work twice, and one of them moves the cursor (I8).
 * @returns whether it went all the way round
 */
export async function passOverRows<Row>(
  { store, now }: Pick<StepContext, 'store' | 'now'>,
  { name, list, placeOf, work, budgetMs, atOnce }: Round<Row>,
): Promise<boolean> {
  const until = now() + budgetMs;
  const all = list(undefined)[Symbol.asyncIterator]();
  const first = await all.next();
  if (first.done === true) return true;
  let cursor = await store.readCursor(name);
  const start = cursor === null || cursor.value === '' ? undefined : cursor.value;
  const at: { place: string; begun: number; isOver: boolean } = { place: '', begun: 0, isOver: false };
  const inTime = async function* (): AsyncGenerator<Row, void> {
    for await (const row of rowsFrom(start)) {
      // At least one, or a clock that jumps would keep all of them waiting.
      at.isOver = at.begun > 0 && now() >= until;
      if (at.isOver) return;
      at.begun += 1;
      at.place = placeOf(row);
      if (at.begun % ROWS_A_NOTE === 0) cursor = await store.moveCursor(name, cursor, at.place);
      yield row;
    }
  };
  const rowsFrom = async function* (from: string | undefined): AsyncGenerator<Row, void> {
    if (from === undefined) {
      yield first.value;
      for (let next = await all.next(); next.done !== true; next = await all.next()) yield next.value;
      return;
    }
    yield* list(from);
    for await (const row of list(undefined)) {
      if (placeOf(row) > from) return;
      yield row;
    }
  };
  await eachAtOnce(inTime(), atOnce, work);
  const next = at.isOver ? at.place : '';
  if (next !== (cursor?.value ?? '')) await store.moveCursor(name, cursor, next);
  return !at.isOver;
}
