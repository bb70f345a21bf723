import { expect, test } from 'vitest';
import { readInput } from './start-input.ts';

test('JSON is taken as it is, and addresses with one on each line as a list', () => {
  expect(readInput(' {"a": [1]} ')).toEqual({ a: [1] });
  expect(readInput('https://a.example/1.jpg\r\n\n  http://a.example/2.jpg  \n')).toEqual([
    'https://a.example/1.jpg',
    'http://a.example/2.jpg',
  ]);
});

test.each(['', '  \n', '{"a": ', 'https://a.example/1.jpg\nnot an address'])('%j is refused', (text) =>
  expect(() => readInput(text)).toThrow(/^The input is /),
);
