import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedHostsSchema, type CallerRules, refusalOf } from './caller-guard.ts';

const withoutKeys: CallerRules = { hasKeys: false, allowHosts: new Set(['my-machine', '[fd00::1]']) };
const withKeys: CallerRules = { hasKeys: true, allowHosts: new Set() };

type Headers = Readonly<Record<string, string>>;
const codeOf = (headers: Headers, rules = withoutKeys): string | undefined => refusalOf({ headers }, rules)?.code;

describe('without keys', () => {
  it.each([
    'localhost',
    'LOCALHOST:7071',
    '127.0.0.1:7071',
    '127.3.2.1',
    '[::1]:7071',
    'my-machine:80',
    '[fd00::1]:7071',
  ])('the Host %s is answered', (host) => expect(codeOf({ host })).toBeUndefined());

  it.each([
    'evil.example',
    'evil.example:7071',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '0.0.0.0',
  ])('the Host %s is refused, like a name that was made to point here', (host) =>
    expect(codeOf({ host })).toBe('HostNotAllowed'),
  );

  const host = '127.0.0.1:7071';

  it.each<[string, Headers]>([
    ['a program, which says nothing of an origin', { host }],
    ['a page of the host itself', { host, origin: 'http://127.0.0.1:7071', 'sec-fetch-site': 'same-origin' }],
    ['a user who types the address', { host, 'sec-fetch-site': 'none' }],
    ['a page behind a proxy that adds TLS', { host: 'my-machine', origin: 'https://my-machine' }],
    ['a page of a port that goes without saying', { host: 'localhost:80', origin: 'http://localhost' }],
  ])('%s is answered', (_who, headers) => expect(codeOf(headers)).toBeUndefined());

  it.each<[string, Headers]>([
    ['of another origin', { host, origin: 'https://evil.example' }],
    ['of another port of this machine', { host, origin: 'http://127.0.0.1:3000' }],
    ['of another name of this machine', { host, origin: 'http://localhost:7071' }],
    ['without an origin to its name', { host, origin: 'null' }],
    ['of an origin that is no URL', { host, origin: '127.0.0.1:7071' }],
    ['of a file', { host, origin: 'file://127.0.0.1:7071' }],
    ['of another site', { host, 'sec-fetch-site': 'cross-site' }],
    ['of the same site and another origin', { host, 'sec-fetch-site': 'same-site' }],
    ['that says both', { host, origin: 'http://127.0.0.1:7071', 'sec-fetch-site': 'cross-site' }],
  ])('a page %s is refused', (_which, headers) => expect(codeOf(headers)).toBe('CrossSiteRequest'));
});

describe('with keys', () => {
  it('names and origins do not matter', () => {
    expect(codeOf({ host: 'tally.example', origin: 'https://a.example' }, withKeys)).toBeUndefined();
  });
});

describe('a Host', () => {
  it.each([
    'me:secret@127.0.0.1',
    '127.0.0.1/path',
    '127.0.0.1?x=1',
    '127.0.0.1#x',
    'a b',
    '',
    '127.0.0.1:port',
    '[::1',
    '\\',
  ])('that is more or less than host and port is malformed, with keys or without: "%s"', (host) => {
    expect(codeOf({ host })).toBe('InvalidHost');
    expect(codeOf({ host }, withKeys)).toBe('InvalidHost');
  });

  it('is taken for loopback only if the URL made of it is, whatever it contains', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'localhost',
        '127',
        '.0',
        '.',
        '1',
        ':',
        '@',
        '/',
        '[',
        ']',
        '?',
        '#',
        '\\',
        ' ',
        '%',
        '\t',
        'e',
      ),
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (host) => {
        if (codeOf({ host }) !== undefined) return;
        const { hostname, username, password, pathname, search } = new URL(`http://${host}/`);
        expect(hostname).toMatch(/^(localhost|127(\.\d+){3}|\[::1\]|my-machine|\[fd00::1\])$/);
        expect([username, password, pathname, search]).toEqual(['', '', '/', '']);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('a list of allowed names contains only names', () => {
  expect(allowedHostsSchema.parse(' My-Machine, ,tally.example')).toEqual(new Set(['my-machine', 'tally.example']));
  for (const wrong of ['http://tally.example', 'tally.example:80', 'a b', '*.example', 'a/b'])
    expect(allowedHostsSchema.safeParse(wrong).success).toBe(false);
});
