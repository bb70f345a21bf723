import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePath, encodePath, splitTarget } from './http-path.ts';

it.each([
  ['/api/a%20b', '/api/a b', '/api/a%20b'],
  ['/api/gr%C3%BC%C3%9Fe', '/api/grüße', '/api/gr%C3%BC%C3%9Fe'],
  ['/api/%F0%9F%98%80', '/api/😀', '/api/%F0%9F%98%80'],
  ['/api/a%2Fb', '/api/a%2Fb', '/api/a%2Fb'],
  ['/api/a%252Fb', '/api/a%2Fb', '/api/a%2Fb'],
  ['/api/%41%2f%42', '/api/A%2fB', '/api/A%2fB'],
  ['/api/%zz', '/api/%zz', '/api/%25zz'],
  ['/api/%E0%A4', '/api/%E0%A4', '/api/%E0%A4'],
  ['/api/%E0%41', '/api/%E0A', '/api/%E0A'],
  ['/api/%C0%80', '/api/%C0%80', '/api/%C0%80'],
  ['/api/%5C', '/api/\\', '/api/%5C'],
  ['/api/x/../y/./z/..', '/api/y/', '/api/y/'],
  ['/api/x/%2e%2E/y', '/api/y', '/api/y'],
  ['/../../api', '/api', '/api'],
  ['//api', '//api', '//api'],
])('rule 20: %j is %j to the routes, and %j in the URL', (path, decoded, encoded) => {
  expect(decodePath(path)).toBe(decoded);
  expect(encodePath(decoded)).toBe(encoded);
});

it('rule 20: a path with a NUL is invalid', () => {
  expect(decodePath('/api/a%00b')).toBeUndefined();
});

it('rule 20: a fully escaped text arrives unchanged, except for slashes, NUL and dots', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/[/\0]|^\.{1,2}$|%2f/i.test(text));
      expect(decodePath(`/api/${encodeURIComponent(text)}`)).toBe(`/api/${text}`);
    }),
  );
});

it('ends at the first question mark', () => {
  expect(splitTarget('/api/x?a=?')).toEqual({ path: '/api/x', query: '?a=?' });
  expect(splitTarget('/api/x')).toEqual({ path: '/api/x', query: '' });
});
