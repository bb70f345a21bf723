import { UsageError } from '@tally/start';
import { expect, test } from 'vitest';
import { chooseSystem, NoSystemError } from './target-system.ts';

const one = { baseUrl: 'http://127.0.0.1:7071', photoPorts: [4001] };
const other = { baseUrl: 'http://127.0.0.1:7072', photoPorts: [] };

test('the only running system is used; none, or one of several, is not guessed', () => {
  expect(chooseSystem([one], undefined)).toBe(one);
  expect(() => chooseSystem([], undefined)).toThrow(NoSystemError);
  expect(() => chooseSystem([one, other], undefined)).toThrow(UsageError);
  expect(() => chooseSystem([one, other], undefined)).toThrow('http://127.0.0.1:7071, http://127.0.0.1:7072. Name one');
});

test('a URL is recognised however it is written; a remote system is used as given', () => {
  for (const url of ['http://localhost:7071', 'http://127.0.0.1:7071/', 'http://127.0.0.1:7071/api/'])
    expect(chooseSystem([one, other], url)).toBe(one);
  const elsewhere = { baseUrl: 'https://tally.example/sub', photoPorts: [] };
  expect(chooseSystem([one], 'https://tally.example/sub/api')).toEqual(elsewhere);
});
