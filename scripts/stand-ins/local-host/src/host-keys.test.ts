import { describe, expect, it } from 'vitest';
import { hostKeysSchema, isAllowed } from './host-keys.ts';

const keys = hostKeysSchema.parse('full=master-1;read=look;full=master-2');
const fn = (authLevel: 'anonymous' | 'function' | 'admin', ...methods: string[]) => ({
  trigger: { type: 'httpTrigger' as const, authLevel, methods },
});

describe('keys', () => {
  it.each(['full', 'admin=x', 'full=', 'full=a b', 'read=é', 'full=a;other=b'])('may not be set as %j', (text) => {
    expect(hostKeysSchema.safeParse(text).success).toBe(false);
  });

  it('are not needed if none is set, or for an anonymous function', () => {
    expect(isAllowed(hostKeysSchema.parse(''), fn('function', 'POST'), undefined, undefined)).toBe(true);
    expect(isAllowed(keys, fn('anonymous', 'POST'), undefined, undefined)).toBe(true);
  });

  it.each([
    ['no key', undefined, undefined, [false, false, false]],
    ['a wrong key', 'wrong', undefined, [false, false, false]],
    ['the beginning of a key', 'master', undefined, [false, false, false]],
    ['an empty header', '', undefined, [false, false, false]],
    ['a full key in the header', 'master-2', undefined, [true, true, true]],
    ['a full key in the query', undefined, 'master-1', [true, true, true]],
    ['the read key in the header', 'look', undefined, [true, false, false]],
    ['the read key in the query', undefined, 'look', [true, false, false]],
    ['a wrong header beside a right query', 'wrong', 'master-1', [false, false, false]],
  ])('%s', (_, header, code, [reading, changing, administering]) => {
    expect(isAllowed(keys, fn('function', 'GET'), header, code)).toBe(reading);
    expect(isAllowed(keys, fn('function', 'GET', 'POST'), header, code)).toBe(changing);
    expect(isAllowed(keys, fn('admin', 'GET'), header, code)).toBe(administering);
  });
});
