import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutSecrets, withoutSecretsInJson } from './secrets.ts';

test.each([
  ['GET /api/runs?code=s3cret== failed', 'GET /api/runs?code=[cut] failed'],
  ['{"url":"http://a.example/x?a=1&CODE=s3cret%3D%3D&b=2"}', '{"url":"http://a.example/x?[cut]'],
  ['https://a.blob.example/b?sv=1&sig=s3cret%2F=\n    at x', 'https://a.blob.example/b?[cut]\n    at x'],
  ['next=http%3A%2F%2Fa%3Fcode%3Ds3cret', 'next=http%3A%2F%2Fa%3Fcode%3D[cut]'],
  ['AccountName=a;AccountKey=s3cret==;EndpointSuffix=x', 'AccountName=a;AccountKey=[cut];EndpointSuffix=x'],
  ['"http://a?x=1\\u0026code=s3cret"', '"http://a?[cut]'],
])('%s', (line, cut) => {
  expect(withoutSecrets(line)).toBe(cut);
});

test('text without a secret is unchanged', () => {
  const line = '{"code":"Rejected","message":"code=1","url":"/api?statusCode=200&barcode=7&design=x"}';
  expect(withoutSecrets(line)).toBe(line);
});

test('the rest of a URL is kept, whatever surrounds it', () => {
  expect(withoutSecrets(`no 'http://a.example:80/it's.jpg', nor [https://[::1]:7/@me/x]`)).toBe(
    `no 'http://a.example:80/it's.jpg', nor [https://[::1]:7/@me/x]`,
  );
  expect(withoutSecrets('at file:///app/node_modules/@azure/x.js:1:2')).toBe(
    'at file:///app/node_modules/@azure/x.js:1:2',
  );
});

test('a line of JSON stays valid JSON', () => {
  const line = JSON.stringify({ url: 'http://a/b?"x":"y\n', 'http://c:d@e/': [{ more: 1 }] });
  expect(JSON.parse(withoutSecretsInJson(line))).toEqual({
    url: 'http://a/b?[cut]\n',
    'http://[cut]@e/': [{ more: 1 }],
  });
});

const around = fc.string({
  unit: fc.constantFrom('"', "'", '(', ']', '<', '{', ',', ' ', 'é', '\\', '/', '@', ':', '?', '\u0000'),
});
const hidden = fc.string({ unit: fc.constantFrom('"', "'", '(', ']', '<', ',', ';', '&', '=', '%', 'x', ':', '@') });
const urls = fc
  .record({
    scheme: fc.constantFrom('http://', 'HTTPS://', 'Http:\\/\\/', 'amqps://'),
    user: fc.tuple(hidden, fc.constantFrom('', '/', '?', '#'), hidden),
    host: fc.constantFrom('a.example', '[::1]', "it's", 'a:7071'),
    path: fc.constantFrom('', '/', "/it's.jpg", '/a(1)/@b'),
    query: fc.tuple(fc.constantFrom('?', '#', '?a=1#'), hidden),
  })
  // A secret is at either place. The colon after the user tells a password from a host.
  .map(({ scheme, user: [a, odd, b], host, path, query: [mark, text] }) => [
    `${scheme}u:${a}SECRET${odd}${b}@${host}${path}`,
    `${scheme}${host}${path}${mark}${text}SECRET`,
    `${scheme}${a}SECRET@${host}${path}${mark}${text}SECRET`,
  ])
  .chain((forms) => fc.constantFrom(...forms));

test('no part of a user or a query survives, whatever surrounds it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(around, urls), { minLength: 1, maxLength: 3 }), around, (parts, last) => {
      const text = `${parts.map((part) => part.join('')).join('')}${last}`;
      expect(withoutSecrets(text)).not.toContain('SECRET');
      expect(withoutSecretsInJson(JSON.stringify({ text }))).not.toContain('SECRET');
    }),
    { numRuns: 1_000 },
  );
});
