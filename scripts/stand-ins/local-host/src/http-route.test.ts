import { describe, expect, it } from 'vitest';
import { HttpRoute } from './http-route.ts';

describe('a route', () => {
  it.each([
    ['api/runs', '/api/runs', {}],
    ['api/runs', '/API/Runs/', {}],
    ['api/runs', '/api/runs/1', undefined],
    ['api/runs/{id}', '/api/runs', undefined],
    ['api/runs/{id}', '/api/runs/a%2Fb', { id: 'a%2Fb' }],
    ['api/runs/{id?}', '/api/runs', {}],
    ['api/runs/{id?}', '/api/runs/x', { id: 'x' }],
    ['api/runs/{id:guid}/{verb:alpha?}', '/api/runs/x/stop', { id: 'x', verb: 'stop' }],
    ['api/{id}/raiseEvent/{name}', '/api/1/raiseevent/Go', { id: '1', name: 'Go' }],
    ['files/{*path}', '/files/a/b.txt', { path: 'a/b.txt' }],
    ['files/{*path}', '/files', {}],
    ['', '/', {}],
    ['', '//', undefined],
    ['{*path}', '/', {}],
    ['api/{*path}', '/api', {}],
    ['api/{*path}', '//api', undefined],
    ['api/{*path}', '/api//runs', undefined],
    ['api/{*path}', '/api/runs//1', { path: 'runs//1' }],
    ['api/{id?}', '/api//', undefined],
  ])('%j of %j gives %j', (template, path, params) => {
    expect(new HttpRoute(template).match(path)).toEqual(params);
  });
});
