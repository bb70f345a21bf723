import { expect, test } from 'vitest';
import { publicRequest } from './public-request.ts';

const request = (headers: Record<string, string>) => ({
  url: 'http://10.0.0.4:7071/api/runs/a?showInput=true',
  headers: new Headers(headers),
  params: {},
  query: new URLSearchParams(),
  arrayBuffer: async () => new ArrayBuffer(0),
});
const forwarded = { 'x-forwarded-host': 'tally.example', 'x-forwarded-proto': 'https' };

test('without the setting nothing that a caller sends changes the addresses', () => {
  expect(publicRequest(request(forwarded), '/runs', false)).toMatchObject({
    url: 'http://10.0.0.4:7071/api/runs/a?showInput=true',
    runsUrl: 'http://10.0.0.4:7071/api/runs',
  });
});

test.each([
  [forwarded, 'https://tally.example'],
  [{ 'x-forwarded-host': 'tally.example:8443' }, 'http://tally.example:8443'],
  [{ 'x-forwarded-proto': 'https' }, 'https://10.0.0.4:7071'],
  [{ 'x-forwarded-host': 'tally.example, inner.example', 'x-forwarded-proto': 'https,http' }, 'https://tally.example'],
  [{ 'x-forwarded-host': '[fd00::1]:443', 'x-forwarded-proto': 'HTTPS' }, 'https://[fd00::1]'],
  [{ 'x-forwarded-host': '' }, 'http://10.0.0.4:7071'],
  [{}, 'http://10.0.0.4:7071'],
])('with it %j leads to %s', (headers, origin) => {
  expect(publicRequest(request(headers), '/runs', true)).toMatchObject({
    url: `${origin}/api/runs/a?showInput=true`,
    runsUrl: `${origin}/api/runs`,
  });
});

test.each([
  ['x-forwarded-host', 'user:word@tally.example'],
  ['x-forwarded-host', 'tally.example/path?'],
  ['x-forwarded-host', 'tally.example:99999'],
  ['x-forwarded-host', 'a b'],
  ['x-forwarded-proto', 'javascript'],
])('with it an invalid %s, %s, is refused', (field, value) => {
  const refused = () => publicRequest(request({ [field]: value }), '/runs', true);
  expect(refused).toThrow(expect.objectContaining({ status: 400 }));
  expect(refused).toThrow(`${field}: must be`);
});

test.each(['__proto__', '__PROTO__=Canceled&x', '%5F_proto__=a', 'to=1%23#hidden'])(
  'a query name that the Functions library loses is restored: %s',
  (lost) => {
    for (const useForwardedHost of [false, true]) {
      // The library passes on the others, each with its values joined.
      const query = new URLSearchParams({ createdTimeFrom: '1,2#' });
      const url = `http://10.0.0.4:7071/api/runs?createdTimeFrom=1&CreatedTimeFrom=2#&${lost}`;
      const seen = publicRequest({ ...request(forwarded), url, query }, '/runs', useForwardedHost).query;
      expect([...seen]).toEqual([['createdTimeFrom', '1,2#'], ...new URLSearchParams(lost)]);
    }
  },
);
