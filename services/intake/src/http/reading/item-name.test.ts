import { expect, test } from 'vitest';
import { itemNameOf } from './item-name.ts';

test.each([
  ['urls', 'url'],
  ['items', 'item'],
  ['data', 'data'],
  ['results', 'item'],
  ['', 'item'],
])('an item of the column "%s" is called "%s"', (column, name) => {
  expect(itemNameOf(column)).toBe(name);
});
