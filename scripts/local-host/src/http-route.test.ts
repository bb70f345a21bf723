import { describe, expect, it } from 'vitest';
import { HttpRoute } from './http-route.ts';

describe('a route', () => {
  it.each([
    ['api/runs', '/api/runs', {}],
    ['api/runs', '/API/Runs/', {}],
    ['api/runs', '/api/runs/1', undefined],
    ['api/runs/{id}', '/api/runs', undefined],
    ['api/runs/{id}', '/api/runs/a%2Fb', { id: 'a/b' }],
    ['api/runs/{id?}', '/api/runs', {}],
    ['api/runs/{id?}', '/api/runs/x', { id: 'x' }],
    ['api/runs/{id:guid}/{verb:alpha?}', '/api/runs/x/stop', { id: 'x', verb: 'stop' }],
    ['api/{id}/raiseEvent/{name}', '/api/1/raiseevent/Go', { id: '1', name: 'Go' }],
    ['files/{*path}', '/files/a/b.txt', { path: 'a/b.txt' }],
    ['files/{*path}', '/files', {}],
    ['', '/', {}],
    ['api/{id}', '/api/%E0%A4', undefined],
  ])('%j of %j gives %j', (template, path, params) => {
    expect(new HttpRoute(template).match(path)).toEqual(params);
  });

  it('comes before a less specific one', () => {
    const templates = ['{*rest}', 'api/runs/{id?}', 'api/runs/{id}', 'api/runs', 'api/runs/all', 'api/runs/{id}/items'];
    const sorted = templates.map((text) => ({ text, route: new HttpRoute(text) }));
    sorted.sort((a, b) => a.route.compare(b.route));
    expect(sorted.map(({ text }) => text)).toEqual([
      'api/runs/all',
      'api/runs/{id}/items',
      'api/runs/{id}',
      'api/runs',
      'api/runs/{id?}',
      '{*rest}',
    ]);
  });
});
