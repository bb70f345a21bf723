import { expect, test } from 'vitest';
import { answersOf, takesReason } from './answers.ts';

test('an event of fixed words has a button for each, and a yes or no is approved or rejected', () => {
  const words = { type: 'string', enum: ['Approved', 'Rejected'] };
  expect(answersOf({ payload: words }).map(({ word, isBad }) => [word, isBad])).toEqual([
    ['Approved', false],
    ['Rejected', true],
  ]);
  const either = { anyOf: [{ type: 'boolean' }, { type: 'object' }] };
  expect(answersOf({ payload: either }).map(({ payload }) => payload)).toEqual([true, false]);
});

test('an answer that no button can give is typed in', () => {
  expect(answersOf({})).toEqual([]);
  expect(answersOf({ payload: { type: 'object' } })).toEqual([]);
  expect(answersOf({ payload: { enum: ['a', 'b', 'c', 'd', 'e', 'f'] } })).toEqual([]);
});

test('the schema says whether an answer may carry a reason', () => {
  const said = { type: 'object', properties: { approved: { type: 'boolean' }, reason: { type: 'string' } } };
  expect(takesReason({ payload: { anyOf: [{ type: 'boolean' }, said] } })).toBe(true);
  expect(takesReason({ payload: { type: 'boolean' } })).toBe(false);
  expect(takesReason({})).toBe(false);
});
