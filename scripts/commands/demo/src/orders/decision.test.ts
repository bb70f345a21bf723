import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { deciderOf, parseTimeout } from './decision.ts';

test('the command line decides, otherwise the keyboard; without either it is an error', () => {
  expect(deciderOf({ approve: true }, true)).toBe('approve');
  expect(deciderOf({ reject: true }, false)).toBe('reject');
  expect(deciderOf({ timeout: '5s' }, true)).toBe('time-out');
  expect(deciderOf({}, true)).toBe('keyboard');
  expect(() => deciderOf({}, false)).toThrow('pass --approve, --reject or --timeout 5s');
});

test('a time-out is taken only if it is short enough to watch', () => {
  expect(parseTimeout('5s')).toBe('5s');
  expect(parseTimeout('1h')).toBe('1h');
  for (const text of ['5', '-5s', '2h', 'soon', '99999999999d'])
    expect(() => parseTimeout(text)).toThrow(InvalidArgumentError);
});
