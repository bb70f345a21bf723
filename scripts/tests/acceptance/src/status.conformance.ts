import { runStatusSchema } from '@tally/api';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Api, fieldsOf, newId, problemOf, runs, statusOf } from './api.fixture.ts';
import { anyNumber, anyText, objectWith, textLike } from './matchers.fixture.ts';

/** Loose, so that the fields keep their order. */
const historySchema = z.looseObject({ historyEvents: z.array(z.record(z.string(), z.unknown())).optional() });

const FIELDS = [
  'name',
  'instanceId',
  'runtimeStatus',
  'input',
  'customStatus',
  'output',
  'createdTime',
  'lastUpdatedTime',
];

export function describeStatus(api: () => Api): void {
  const read = (id: string, query = '', headers = {}) => api().call('getRun', { params: { id }, query, headers });

  describe.concurrent('status', () => {
    test.each([
      ['Running', 202],
      ['Suspended', 202],
      ['Completed', 200],
      ['Failed', 200],
      ['Terminated', 200],
    ] as const)(
      '%s is answered with %d, with Location and Retry-After 5 while the run is live',
      async (status, code) => {
        const id = await runs[status](api());
        const answer = await read(id, 'showInput=true');
        expect([answer.status, statusOf(answer).runtimeStatus]).toEqual([code, status]);
        expect(fieldsOf(answer).slice(0, FIELDS.length)).toEqual(FIELDS);
        const uri = `${api().system.url}/api/runs/${id}?showInput=true`;
        expect(answer.headers.get('location')).toBe(code === 202 ? uri : null);
        expect(answer.headers.get('retry-after')).toBe(code === 202 ? '5' : null);
        expect(answer.body).toMatchObject({ name: 'face-happiness', instanceId: id });
        expect(answer.body).toMatchObject({
          createdTime: textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          lastUpdatedTime: textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        });
      },
    );

    test.each(['unknown', '@unknown', 'x'.repeat(300), 'no\\body'])('of an unknown run, %s: 404', async (id) => {
      expect(problemOf(await read(id))).toMatchObject({ status: 404, code: 'RunNotFound' });
    });

    test('output: the result, the error, the reason, or null', async () => {
      const output = async (id: string) => runStatusSchema.parse((await read(id)).body).output;
      expect(await output(await runs.Completed(api()))).toMatchObject({ min_val: 0.25, max_val: 0.75, faces: 4 });
      expect(await output(await runs.Failed(api()))).toMatchObject({ code: 'AllItemsFailed' });
      expect(await output(await runs.Terminated(api()))).toBe('enough');
      expect(await output(await runs.Running(api()))).toBeNull();
    });

    test('a failed run is answered with 500 if asked for, with the same body', async () => {
      const id = await runs.Failed(api());
      const [plain, loud] = [await read(id), await read(id, 'returnInternalServerErrorOnFailure=TRUE')];
      expect([plain.status, loud.status]).toEqual([200, 500]);
      expect(loud.body).toEqual(plain.body);
      const completed = await runs.Completed(api());
      expect((await read(completed, 'returnInternalServerErrorOnFailure=true')).status).toBe(200);
    });

    test('the input is shown unless showInput=false; no other value hides it', async () => {
      const id = await runs.Completed(api());
      const input = ['https://photos.example/good-0.jpg', 'https://photos.example/good-1.jpg'];
      for (const query of ['', 'showInput=true', 'showInput=no', 'SHOWINPUT=True', 'showInput='])
        expect((await read(id, query)).body).toMatchObject({ input });
      for (const query of ['showInput=false', 'showinput=FALSE'])
        expect((await read(id, query)).body).toMatchObject({ input: null });
    });

    test("the chain's version, counts, window, rate, forecast and storage requests are given beyond the contract", async () => {
      const { body } = await read(await runs.Completed(api()));
      expect(body).toMatchObject({
        chainVersion: 1,
        counts: { total: 2, pending: 0, inFlight: 0, succeeded: 2, failed: 0, aborted: 0 },
        window: anyNumber,
        rate: anyNumber,
        eta: null,
        storageTransactions: anyNumber,
      });
    });

    test('strict=true refuses invalid and unknown parameters', async () => {
      const id = await runs.Completed(api());
      for (const query of ['showInput=no', 'showHistory=1', 'colour=red']) {
        expect((await read(id, query)).status).toBe(200);
        expect((await read(id, `${query}&strict=true`)).status).toBe(400);
      }
    });
  });

  describe.concurrent('ETag', () => {
    test('an unchanged run is answered with 304 and no body; a changed run with its new status', async () => {
      const id = await runs.Running(api());
      const first = await read(id);
      const etag = first.headers.get('etag') ?? '';
      const same = await read(id, '', { 'if-none-match': etag });
      expect([same.status, same.body, same.headers.get('etag')]).toEqual([304, null, etag]);
      for (const tags of [`"other", ${etag}`, etag.replace('W/', ''), '*'])
        expect((await read(id, '', { 'if-none-match': tags })).status).toBe(304);
      await api().call('suspendRun', { params: { id } });
      const changed = await read(id, '', { 'if-none-match': etag });
      expect([changed.status, statusOf(changed).runtimeStatus]).toEqual([202, 'Suspended']);
      expect(changed.headers.get('etag')).not.toBe(etag);
    });

    test('another view has another tag, and 500 is never 304', async () => {
      const id = await runs.Failed(api());
      const etag = (await read(id)).headers.get('etag') ?? '';
      expect((await read(id, 'showInput=false', { 'if-none-match': etag })).status).toBe(200);
      expect((await read(id, 'returnInternalServerErrorOnFailure=true', { 'if-none-match': etag })).status).toBe(500);
    });
  });

  describe.concurrent('history', () => {
    const events = async (id: string, query: string) => historySchema.parse((await read(id, query)).body).historyEvents;
    const digits = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

    test('is left out unless asked for', async () => {
      expect((await read(await runs.Completed(api()))).body).not.toHaveProperty('historyEvents');
    });

    test('is merged as clients know it: without inputs or results unless asked for', async () => {
      const id = await runs.Completed(api());
      const [started, task, ended] = (await events(id, 'showHistory=true&showInput=false')) ?? [];
      expect(Object.keys(started ?? {})).toEqual(['EventType', 'FunctionName', 'Timestamp']);
      expect(started).toMatchObject({ EventType: 'ExecutionStarted', FunctionName: 'face-happiness' });
      expect(Object.keys(task ?? {})).toEqual(['EventType', 'FunctionName', 'ScheduledTime', 'Timestamp']);
      expect(task).toMatchObject({
        EventType: 'TaskCompleted',
        FunctionName: 'detect',
        ScheduledTime: textLike(digits),
      });
      expect(Object.keys(ended ?? {})).toEqual(['EventType', 'OrchestrationStatus', 'Timestamp']);
      expect(ended).toMatchObject({
        EventType: 'ExecutionCompleted',
        OrchestrationStatus: 'Completed',
        Timestamp: textLike(digits),
      });
    });

    test('has the input with showInput and the results with showHistoryOutput', async () => {
      const id = await runs.Completed(api());
      const [started, task, ended] = (await events(id, 'showHistory=true&showHistoryOutput=true')) ?? [];
      expect(started).toMatchObject({ Input: [anyText, anyText] });
      expect(task).toMatchObject({ Result: { succeeded: 2, failed: 0 } });
      expect(ended).toMatchObject({ Result: { min_val: 0.25, max_val: 0.75 } });
    });

    test("has the reason for a run's failure", async () => {
      const all = await events(await runs.Failed(api()), 'showHistory=true');
      expect(all?.at(-1)).toMatchObject({
        EventType: 'ExecutionCompleted',
        FailureDetails: { ErrorType: 'AllItemsFailed' },
        OrchestrationStatus: 'Failed',
      });
    });

    test('has the raised events', async () => {
      const id = await runs.Running(api(), newId('with-event'));
      const raise = {
        params: { id, eventName: 'Hello' },
        headers: { 'content-type': 'application/json' },
        body: '{"to":"all"}',
        query: 'reason=it+is+time',
      };
      expect((await api().call('raiseEvent', raise)).status).toBe(202);
      expect(await events(id, 'showHistory=true')).toContainEqual(
        objectWith({ EventType: 'EventRaised', Input: { to: 'all' }, Name: 'Hello', Reason: 'it is time' }),
      );
    });
  });
}
