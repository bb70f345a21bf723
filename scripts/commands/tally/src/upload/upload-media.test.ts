import { expect, test } from 'vitest';
import { freshName } from './upload-media.ts';

const id = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

test.each([
  ['film.MP4', `^${id}\\.mp4$`],
  ['../../etc/passwd', `^${id}$`],
  ['film.mp4/..', `^${id}$`],
  ['a.tar.gz', `^${id}\\.gz$`],
  ['ü.möv', `^${id}$`],
  ['film.mp4?sig=1', `^${id}$`],
  ['film.', `^${id}$`],
])('of the name %j at most the extension is kept', (name, pattern) => {
  expect(freshName(name)).toMatch(new RegExp(pattern));
  expect(freshName(name)).not.toBe(freshName(name));
});
