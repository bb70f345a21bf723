import { expect, it } from 'vitest';
import { tokenSource } from './effects.ts';

it('I4: each send of a decision has its own token', () => {
  const token = tokenSource({ token: 'root', jitter: 0 });
  expect([token(), token(), token()]).toEqual(['root.1', 'root.2', 'root.3']);
});
