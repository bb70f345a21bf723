import { expect, test } from 'vitest';
import { withoutSecrets } from './secrets.ts';

test.each([
  ['GET /api/runs?code=s3cret== failed', 'GET /api/runs?code=[cut] failed'],
  ['{"url":"http://a.example/x?a=1&CODE=s3cret%3D%3D&b=2"}', '{"url":"http://a.example/x?a=1&CODE=[cut]&b=2"}'],
  ['https://a.blob.example/b?sv=1&sig=s3cret%2F=\n    at x', 'https://a.blob.example/b?sv=1&sig=[cut]\n    at x'],
  ['next=http%3A%2F%2Fa%3Fcode%3Ds3cret', 'next=http%3A%2F%2Fa%3Fcode%3D[cut]'],
  ['AccountName=a;AccountKey=s3cret==;EndpointSuffix=x', 'AccountName=a;AccountKey=[cut];EndpointSuffix=x'],
  ['"http://a?x=1\\u0026code=s3cret"', '"http://a?x=1\\u0026code=[cut]"'],
])('%s', (line, cut) => {
  expect(withoutSecrets(line)).toBe(cut);
});

test('what is no secret stays', () => {
  const line = '{"code":"Rejected","message":"code=1","url":"/api?statusCode=200&barcode=7&design=x"}';
  expect(withoutSecrets(line)).toBe(line);
});
