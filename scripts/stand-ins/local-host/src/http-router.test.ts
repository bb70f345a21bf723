import { expect, it } from 'vitest';
import { HttpRouter, type Routable } from './http-router.ts';

const fn = (name: string, route: string, ...methods: string[]): Routable => ({
  name,
  trigger: { type: 'httpTrigger', authLevel: 'anonymous', route, methods: methods.length === 0 ? ['GET'] : methods },
});

const pick = (functions: readonly Routable[], method: string, path: string) =>
  new HttpRouter(functions, 'api').find(method, path)?.fn.name;

it('rule 19: the first matching function by name answers, even if another route is more specific', () => {
  const functions = [fn('b-special', 'runs/all'), fn('A-any', '{*path}'), fn('c', 'runs/{id}')];
  expect(pick(functions, 'GET', '/api/runs/all')).toBe('A-any');
  expect(pick([fn('b', 'runs/{id}'), fn('B-special', 'runs/all')], 'GET', '/api/runs/all')).toBe('b');
});

it('rule 19: names are compared by the codes of their upper-case letters', () => {
  const names = ['ab', 'a_b', 'aB2', 'a-b', 'a1'];
  const order = names.toSorted((a, b) => (pick([fn(a, 'x'), fn(b, 'x')], 'GET', '/api/x') === a ? -1 : 1));
  expect(order).toEqual(['a-b', 'a1', 'ab', 'aB2', 'a_b']);
});

it('rule 19: functions of other methods are skipped, and without a match there is no function', () => {
  const functions = [fn('a', 'runs/{id}', 'GET'), fn('b', 'runs/{id}', 'POST', 'PUT')];
  expect(pick(functions, 'PUT', '/api/runs/1')).toBe('b');
  expect(pick(functions, 'DELETE', '/api/runs/1')).toBeUndefined();
  expect(pick(functions, 'GET', '/runs/1')).toBeUndefined();
});
