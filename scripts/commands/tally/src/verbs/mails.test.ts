import { expect, test } from 'vitest';
import { folderOf } from './mails.ts';

test('the mails are those of the running system, or the reason why there are none', () => {
  expect(folderOf({ mailFolder: '/data/mails' })).toBe('/data/mails');
  expect(() => folderOf({ mailFolder: null })).toThrow('catches no mails');
  expect(() => folderOf(undefined)).toThrow('npm start runs in this clone');
});
