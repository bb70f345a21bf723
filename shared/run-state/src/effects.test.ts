import { expect, it } from 'vitest';
import { tokenSource } from './effects.ts';

it('I4: every send of a decision has a token of its own', () => {
  const token = tokenSource({ token: 'root', jitter: 0 });
  expect([token(), token(), token()]).toEqual(['root.1', 'root.2', 'root.3']);
});
