import { expect, test } from 'vitest';
import { Pages } from './pages.ts';

const page = (first: number, token: string | null, length = 2) => ({
  rows: Array.from({ length }, (_, place) => first + place),
  token,
});

/** Five pages of two rows, read downwards. */
function fiveRead(): Pages<number> {
  let pages = Pages.none<number>();
  for (let index = 0; index < 5; index += 1)
    pages = pages.with(index, page(index * 2, index === 4 ? null : `after-${index}`));
  return pages;
}

test('three pages stay in memory; of the others only the number of rows is known', () => {
  const pages = fiveRead();
  expect(pages.rows).toEqual([4, 5, 6, 7, 8, 9]);
  expect([pages.before, pages.after, pages.seen, pages.isWhole, pages.isAtTop]).toEqual([4, 0, 10, true, false]);
  expect(pages.next('down')).toBeUndefined();
  expect(pages.next('up')).toEqual({ index: 1, token: 'after-0' });
});

test('on the way back the pages at the other end are dropped', () => {
  const up = fiveRead().with(1, page(2, 'after-1')).with(0, page(0, 'after-0'));
  expect([up.rows, up.before, up.after]).toEqual([[0, 1, 2, 3, 4, 5], 0, 4]);
  expect(up.next('down')).toEqual({ index: 3, token: 'after-2' });
});

test('a first page with another continuation invalidates the pages behind it', () => {
  const first = Pages.none<number>().with(0, page(0, 'after-0')).with(1, page(2, null));
  const grown = first.with(0, page(-1, 'after--1'));
  expect([grown.rows, grown.seen, grown.isWhole]).toEqual([[-1, 0], 2, false]);
  expect(grown.next('down')).toEqual({ index: 1, token: 'after--1' });
  const same = first.with(0, page(0, 'after-0'));
  expect([same.rows, same.isWhole]).toEqual([[0, 1, 2, 3], true]);
});

test('an empty list is complete once it was read', () => {
  expect(Pages.none().isWhole).toBe(false);
  const none = Pages.none().with(0, { rows: [], token: null });
  expect([none.isWhole, none.seen]).toEqual([true, 0]);
});
