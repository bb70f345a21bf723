import { describe, expect, it } from 'vitest';
import { hostKeysSchema, isAllowed } from './host-keys.ts';

const keys = hostKeysSchema.parse('full=master-1;read=look;full=master-2');
const fn = (authLevel: 'anonymous' | 'function' | 'admin', ...methods: string[]) => ({
  trigger: { type: 'httpTrigger' as const, authLevel, methods },
});
const plain = new URL('http://127.0.0.1/api/runs');
const withCode = (code: string) => new URL(`http://127.0.0.1/api/runs?code=${code}`);

describe('keys', () => {
  it.each(['full', 'admin=x', 'full=', 'full=a b', 'read=é', 'full=a;other=b'])('may not be set as %j', (text) => {
    expect(hostKeysSchema.safeParse(text).success).toBe(false);
  });

  it('are not needed where none is set, or at an anonymous function', () => {
    expect(isAllowed(hostKeysSchema.parse(''), fn('function', 'POST'), undefined, plain)).toBe(true);
    expect(isAllowed(keys, fn('anonymous', 'POST'), undefined, plain)).toBe(true);
  });

  it.each([
    ['no key', undefined, plain, [false, false, false]],
    ['a wrong key', 'wrong', plain, [false, false, false]],
    ['the beginning of a key', 'master', plain, [false, false, false]],
    ['an empty header', '', plain, [false, false, false]],
    ['a full key in the header', 'master-2', plain, [true, true, true]],
    ['a full key in the query', undefined, withCode('master-1'), [true, true, true]],
    ['the read key in the header', 'look', plain, [true, false, false]],
    ['the read key in the query', undefined, withCode('look'), [true, false, false]],
    ['a wrong header beside a right query', 'wrong', withCode('master-1'), [false, false, false]],
  ])('%s', (_, header, url, [reading, changing, administering]) => {
    expect(isAllowed(keys, fn('function', 'GET'), header, url)).toBe(reading);
    expect(isAllowed(keys, fn('function', 'GET', 'POST'), header, url)).toBe(changing);
    expect(isAllowed(keys, fn('admin', 'GET'), header, url)).toBe(administering);
  });
});
