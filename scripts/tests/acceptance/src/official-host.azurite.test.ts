// What the built intake answers where the official host, and therefore the local host, treats a request
// unexpectedly. The rules are numbered in `rules.md` of the local host.

import path from 'node:path';
import { allForms, functionNameOf, type Operation, problemSchema } from '@tally/api';
import { type HostProcess, HttpRouter, startHostProcess } from '@tally/local-host';
import { buildApps } from '@tally/test-system';
import { startTemporaryAzurite } from '@tally/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

let azurite: { readonly connectionString: string; stop(): Promise<void> };
let host: HostProcess;
beforeAll(async () => {
  await buildApps();
  azurite = await startTemporaryAzurite();
  const appDir = path.resolve(import.meta.dirname, '../../../../out/intake');
  host = await startHostProcess({ appDir, env: { TallyStorage: azurite.connectionString } });
}, 180_000);
afterAll(async () => {
  await host.stop();
  await azurite.stop();
});

const withBody = allForms.filter(({ body }) => body !== null);
const advice: unknown = expect.stringContaining('Content-Length');
const json = { 'content-type': 'application/json' };

const triggersSchema = z.object({
  functions: z.array(
    z.object({
      name: z.string(),
      trigger: z.union([
        z.object({
          type: z.literal('httpTrigger'),
          methods: z.array(z.string()),
          route: z.string(),
          authLevel: z.enum(['anonymous', 'function', 'admin']),
        }),
        z.object({ type: z.enum(['queueTrigger', 'timerTrigger']) }),
      ]),
    }),
  ),
});

/** The path of an operation, with values for its parameters. */
const pathOf = (operation: Operation, ids: Record<string, string> = {}) =>
  `/api${operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `some-${name}`)}`;

test('rule 19: the host picks the right function for every operation', async () => {
  const { functions } = triggersSchema.parse(await (await fetch(`${host.url}/admin/host/status`)).json());
  const http = functions.flatMap(({ name, trigger }) => (trigger.type === 'httpTrigger' ? [{ name, trigger }] : []));
  const router = new HttpRouter(http, 'api');
  const picked = allForms.map((operation) => router.find(operation.method, pathOf(operation))?.fn.name);
  expect(picked).toEqual(allForms.map(functionNameOf));
});

describe('rule 22: a chunked body does not arrive', () => {
  test.each(withBody.map((operation): [string, Operation] => [operation.id, operation]))(
    '%s answers 411 and says what to do',
    async (id, operation) => {
      const run = await fetch(`${host.url}/api/runs/of-${id}`, { method: 'POST', body: '["https://a.example/b.jpg"]' });
      expect(run.status).toBe(202);
      const response = await fetch(`${host.url}${pathOf(operation, { id: `of-${id}`, chain: 'face-happiness' })}`, {
        method: operation.method,
        headers: json,
        body: new Blob(['{"window": 3, "urls": ["https://a.example/b.jpg"]}']).stream(),
        duplex: 'half',
      });
      expect(response.status).toBe(411);
      expect(problemSchema.parse(await response.json())).toMatchObject({
        code: 'LengthRequired',
        detail: advice,
      });
    },
  );

  test('and every operation with a body declares it', () => {
    for (const { id, answers } of withBody)
      expect(Object.keys(answers), id).toEqual(expect.arrayContaining(['411', '413']));
    expect(withBody.length).toBeGreaterThan(0);
  });
});

describe('rules 20 and 21: a path', () => {
  test.each([
    ['POST', '/api/runs/a%2Fb', 400, 'InvalidPath'],
    ['POST', '/api/runs/a%252fb', 400, 'InvalidPath'],
    ['GET', '/api/runs/a%2Fb', 404, 'RunNotFound'],
    ['GET', '/api/runs/%zz', 404, 'RunNotFound'],
    ['GET', '/api/dead-letters/a%2Fb', 404, 'NoSuchPath'],
    ['DELETE', '/api/dead-letters/%zz', 404, 'DeadLetterNotFound'],
    ['GET', '/api/runs//items', 404, 'NoSuchPath'],
  ])('%s %s is a %i problem, %s', async (method, target, status, code) => {
    const response = await fetch(`${host.url}${target}`, {
      method,
      ...(method === 'POST' && { body: '["https://a.example/b"]' }),
    });
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
  });

  test.each(['/api/runs/%00', '/api/dead-letters/%00'])('%s is an empty 400 of the host', async (target) => {
    const response = await fetch(`${host.url}${target}`);
    expect([response.status, await response.text()]).toEqual([400, '']);
  });
});
