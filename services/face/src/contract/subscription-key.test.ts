import { describe, expect, it } from 'vitest';
import { keyMatches } from './subscription-key.ts';

describe('the subscription key', () => {
  it('matches only itself, whatever the length', () => {
    expect(keyMatches('secret', 'secret')).toBe(true);
    for (const sent of ['Secret', 'secret ', 'secre', '', null, 'x'.repeat(10_000)])
      expect(keyMatches(sent, 'secret')).toBe(false);
  });

  it('never matches a missing key, even if the expected key is empty', () => {
    expect(keyMatches(null, '')).toBe(false);
  });
});
