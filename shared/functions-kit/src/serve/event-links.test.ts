import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSigned, linkSettingsSchema, signedLinks } from './event-links.ts';

const key = 'k'.repeat(32);
const links = signedLinks({ TALLY_PUBLIC_URL: 'https://tally.example', TALLY_LINK_KEY: key });

/** The parts of a link that intake reads. */
function readLink(link: string) {
  const { pathname, searchParams } = new URL(link);
  const [, , , runId = '', event = ''] = pathname.split('/').map(decodeURIComponent);
  const [generation = '', node = '', since = '', payload = '', sig = ''] = [
    'gen',
    'node',
    'since',
    'payload',
    'sig',
  ].map((name) => searchParams.get(name) ?? '');
  return { linked: { runId, generation, node, since, event, payload }, sig };
}

test('a link is read as it was made, and contains no key', () => {
  const link = links(
    { runId: 'order 7&x=ü', generation: 'm1', node: 'ask', since: 2 },
    'OrderApprovalResult',
    'Approved',
  );
  const { linked, sig } = readLink(link);
  expect(linked).toEqual({
    runId: 'order 7&x=ü',
    generation: 'm1',
    node: 'ask',
    since: '2',
    event: 'OrderApprovalResult',
    payload: '"Approved"',
  });
  expect(isSigned(linked, sig, key)).toBe(true);
  expect(link).not.toContain(key);
});

test('a link that differs in anything, or was made with another key, is refused', () => {
  const { linked, sig } = readLink(links({ runId: 'r', generation: 'm1', node: 'ask', since: 2 }, 'E', { a: 1 }));
  const changes = fc.constantFrom<keyof typeof linked>('runId', 'generation', 'node', 'since', 'event', 'payload');
  fc.assert(
    fc.property(changes, fc.string(), (name, text) => {
      fc.pre(text !== linked[name]);
      expect(isSigned({ ...linked, [name]: text }, sig, key)).toBe(false);
    }),
  );
  expect(isSigned(linked, sig, 'j'.repeat(32))).toBe(false);
  for (const other of ['', sig.slice(1), `${sig}a`]) expect(isSigned(linked, other, key)).toBe(false);
});

test('parts are separated: no part can be extended by another', () => {
  const { sig } = readLink(links({ runId: 'a', generation: 'b', node: 'n', since: 1 }, 'c', 'd'));
  expect(
    isSigned({ runId: 'a","b', generation: 'n', node: '1', since: 'c', event: '', payload: '"d"' }, sig, key),
  ).toBe(false);
});

test('settings that cannot make links stop the start', () => {
  expect(linkSettingsSchema.safeParse({ TALLY_PUBLIC_URL: 'ftp://x', TALLY_LINK_KEY: key }).success).toBe(false);
  expect(linkSettingsSchema.safeParse({ TALLY_PUBLIC_URL: 'http://x', TALLY_LINK_KEY: 'short' }).success).toBe(false);
  expect(linkSettingsSchema.parse({ TALLY_PUBLIC_URL: 'http://x:7071/', TALLY_LINK_KEY: key }).TALLY_PUBLIC_URL).toBe(
    'http://x:7071',
  );
});
