import { eachAtOnce } from './at-once.ts';
import type { StepContext } from './context.ts';

/** Of a long pass the cursor is moved now and then, so that one that is cut short isn't all for nothing. */
const ROWS_A_NOTE = 1_000;

/** What a pass does with rows that are too many for one. */
export interface Round<Row> {
  /** Of the cursor. */
  readonly name: string;
  /** In the order of their places; those behind a place, or all. */
  readonly list: (after: string | undefined) => AsyncIterable<Row>;
  readonly placeOf: (row: Row) => string;
  /** Fails never. */
  readonly work: (row: Row) => Promise<void>;
  /** Nothing is begun any more after this; what has begun ends. */
  readonly budgetMs: number;
  readonly atOnce: number;
}

/**
 * Goes over the rows, from where the pass before has stopped, once round or until its time is over, and notes where the next one is to go on: so each row has its turn,
 * however many there are, and whatever one of them costs. Where there is nothing that takes one request. Passes at the same time do no harm: they do the
 * same twice, and one of them moves the cursor (I8).
 * @returns whether it has been all the way round
 */
export async function goRound<Row>(
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
      // One at least, or a clock that jumps would keep all of them waiting.
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
