import { expect, test } from 'vitest';
import { answersOf, takesReason } from './answers.ts';

test('words that an event may be are buttons, and what may be yes or no is approved or rejected', () => {
  const words = { type: 'string', enum: ['Approved', 'Rejected'] };
  expect(answersOf({ payload: words }).map(({ word, isBad }) => [word, isBad])).toEqual([
    ['Approved', false],
    ['Rejected', true],
  ]);
  const either = { anyOf: [{ type: 'boolean' }, { type: 'object' }] };
  expect(answersOf({ payload: either }).map(({ payload }) => payload)).toEqual([true, false]);
});

test('what a button can not say is typed in', () => {
  expect(answersOf({})).toEqual([]);
  expect(answersOf({ payload: { type: 'object' } })).toEqual([]);
  expect(answersOf({ payload: { enum: ['a', 'b', 'c', 'd', 'e', 'f'] } })).toEqual([]);
});

test('whether an answer itself may say why is told by its schema', () => {
  const said = { type: 'object', properties: { approved: { type: 'boolean' }, reason: { type: 'string' } } };
  expect(takesReason({ payload: { anyOf: [{ type: 'boolean' }, said] } })).toBe(true);
  expect(takesReason({ payload: { type: 'boolean' } })).toBe(false);
  expect(takesReason({})).toBe(false);
});
