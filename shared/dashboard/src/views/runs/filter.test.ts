import { expect, test } from 'vitest';
import { linkTo } from '../../routing/links.ts';
import { isFiltered, listQuery, queryOf, readFilter } from './filter.ts';

const NOW = Date.parse('2026-01-02T12:00:00Z');
const read = (text: string) => readFilter(new URLSearchParams(text));

test('the address determines what the list asks for', () => {
  const filter = read('status=Failed,Nonsense,Running&chain=orders&id=a&span=1h');
  expect(listQuery(filter, NOW)).toEqual({
    runtimeStatus: ['Running', 'Failed'],
    chain: 'orders',
    instanceIdPrefix: 'a',
    createdTimeFrom: '2026-01-02T11:00:00.000Z',
  });
  expect(read(linkTo([], queryOf(filter)).slice(3))).toEqual(filter);
});

test('instants win over a span, and invalid ones are ignored', () => {
  const filter = read('span=1h&from=2026-01-01T00:00:00Z&to=never');
  expect(listQuery(filter, NOW)).toEqual({ createdTimeFrom: '2026-01-01T00:00:00.000Z' });
  expect([isFiltered(filter), isFiltered(read('')), isFiltered(read('span=__proto__'))]).toEqual([true, false, false]);
});
