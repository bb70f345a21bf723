import { gzipSync } from 'node:zlib';
import { checkStatusSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, fieldsOf, newId, problemOf, runs, statusOf } from './api.fixture.ts';
import { anyText } from './matchers.fixture.ts';

const body = ['https://photos.example/a.jpg', 'https://photos.example/b.jpg'];
const URI_NAMES = [
  'id',
  'statusQueryGetUri',
  'sendEventPostUri',
  'terminatePostUri',
  'rewindPostUri',
  'purgeHistoryDeleteUri',
  'restartPostUri',
  'suspendPostUri',
  'resumePostUri',
];

export function describeStarting(api: () => Api): void {
  describe.concurrent('start', () => {
    test('without id: 202, an id of 32 hexadecimal digits, Location, Retry-After 10, the URIs in the known order', async () => {
      const { status, headers, body: payload } = await api().call('startRun', { body });
      const uris = checkStatusSchema.parse(payload);
      expect(status).toBe(202);
      expect(Object.keys(uris)).toEqual(URI_NAMES);
      expect(uris.id).toMatch(/^[0-9a-f]{32}$/);
      const run = `${api().system.url}/api/runs/${uris.id}`;
      const always = 'taskHub=Tally&connection=Storage';
      expect(uris).toEqual({
        id: uris.id,
        statusQueryGetUri: `${run}?${always}`,
        sendEventPostUri: `${run}/raiseEvent/{eventName}?${always}`,
        terminatePostUri: `${run}/terminate?reason={text}&${always}`,
        rewindPostUri: `${run}/rewind?reason={text}&${always}`,
        purgeHistoryDeleteUri: `${run}?${always}`,
        restartPostUri: `${run}/restart?${always}`,
        suspendPostUri: `${run}/suspend?reason={text}&${always}`,
        resumePostUri: `${run}/resume?reason={text}&${always}`,
      });
      expect(headers.get('location')).toBe(uris.statusQueryGetUri);
      expect(headers.get('retry-after')).toBe('10');
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    });

    test('with an id, which is raw in the payload and encoded in the URIs', async () => {
      const id = `${newId('tägl:')} 100%&+=`;
      const { body: payload } = await api().call('startRunAs', { params: { id }, body });
      const uris = checkStatusSchema.parse(payload);
      expect(uris.id).toBe(id);
      expect(uris.statusQueryGetUri).toContain(`${api().system.url}/api/runs/${encodeURIComponent(id)}?`);
      expect((await fetch(uris.statusQueryGetUri)).ok).toBe(true);
    });

    test.each([
      ['@first', 400],
      ['a\\b', 400],
      ['a#b', 400],
      ['a?b', 400],
      ['a\u0007b', 400],
      ['x'.repeat(257), 400],
      ['x'.repeat(256), 202],
    ])('with the id %j: %d', async (id, status) => {
      const answer = await api().call('startRunAs', { params: { id }, body });
      expect(answer.status).toBe(status);
      if (status === 400) expect(problemOf(answer)).toMatchObject({ errors: [{ field: 'id' }] });
    });

    test.each([
      ['nothing', ''],
      ['half of something', '{"urls":'],
      ['a number', '7'],
      ['no image', '{"urls":[]}'],
      ['an unknown option', '{"urls":["https://photos.example/a.jpg"],"colour":"red"}'],
      ['an approval without timeout', '{"urls":["https://photos.example/a.jpg"],"approval":{}}'],
    ])('of %s is refused with 400', async (_, text) => {
      const answer = await api().call('startRun', { body: text });
      expect(answer.status).toBe(400);
      expect(problemOf(answer).detail).toContain(problemOf(answer).Message);
    });

    test('an empty body is refused with an error that says what is expected', async () => {
      const { detail } = problemOf(await api().call('startRun', { body: '' }));
      expect(detail).toBe('body: is empty; it must be a list of image URLs, or an object with "urls"');
    });

    test('a compressed body is accepted', async () => {
      const response = await fetch(`${api().system.url}/api/runs`, {
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: new Uint8Array(gzipSync(JSON.stringify(body))),
      });
      expect(response.status).toBe(202);
    });

    test.each(['2024-02-31', '2099-13-01T00:00:00Z', '31 December 2099'])(
      'with the deadline %s, which does not exist, is refused',
      async (deadline) => {
        const answer = await api().call('startRun', { body: { urls: body, deadline } });
        expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ field: 'deadline' }] });
      },
    );

    test('invalid JSON is reported as such', async () => {
      expect(problemOf(await api().call('startRun', { body: '{' })).Message).toBe('Invalid JSON content');
    });

    test.each(['Running', 'Suspended'] as const)(
      'of an id whose run is %s: 409, or with onExisting=return its URIs',
      async (status) => {
        const id = await runs[status](api());
        const refused = await api().call('startRunAs', { params: { id }, body });
        expect(refused.status).toBe(409);
        expect(problemOf(refused).detail).toContain(status);
        const returned = await api().call('startRunAs', { params: { id }, query: 'onExisting=return', body });
        expect(returned.status).toBe(202);
        expect(returned.body).toMatchObject({ id, approvePostUri: anyText });
        expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe(status);
      },
    );

    test.each(['Completed', 'Failed', 'Terminated'] as const)(
      'of an id whose run is %s replaces it',
      async (status) => {
        const id = await runs[status](api());
        const query = 'timeout=60&pollingInterval=0.2&onExisting=return';
        const answer = await api().call('startRunAs', { params: { id }, query, body: body.slice(1) });
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ images: { total: 1, succeeded: 1 } });
      },
    );

    test("continues the caller's trace; an invalid one counts as absent", async () => {
      for (const traceparent of ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'nonsense'])
        expect((await api().call('startRun', { headers: { traceparent }, body })).status).toBe(202);
    });
  });

  describe.concurrent('the wait form', () => {
    test('answers 200 and only the output of a run that completes in time', async () => {
      const query = 'timeout=60&pollingInterval=0.2';
      const answer = await api().call('startRunAs', { params: { id: newId('waited') }, query, body });
      expect(answer.status).toBe(200);
      expect(fieldsOf(answer)[0]).toBe('min_val');
    });

    test('answers 202 and the payload when the time is over', async () => {
      const waiting = { urls: body, approval: { timeout: 'PT1H' } };
      const answer = await api().call('startRun', { query: 'timeout=0.5&pollingInterval=0.1', body: waiting });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('retry-after')).toBe('10');
    });

    test('answers with the status of a run that failed: 200, or 500 if asked for', async () => {
      const bad = ['https://photos.example/bad.jpg'];
      const query = 'timeout=60&pollingInterval=0.2';
      const kindly = await api().call('startRun', { query, body: bad });
      expect([kindly.status, statusOf(kindly).runtimeStatus]).toEqual([200, 'Failed']);
      const loudly = await api().call('startRun', {
        query: `${query}&returnInternalServerErrorOnFailure=true`,
        body: bad,
      });
      expect([loudly.status, statusOf(loudly).runtimeStatus]).toEqual([500, 'Failed']);
    });

    test('answers with the status of a run that was terminated', async () => {
      const id = newId('terminated while waited for');
      const waiting = { urls: body, approval: { timeout: 'PT1H' } };
      const query = 'timeout=60&pollingInterval=0.1';
      const answering = api().call('startRunAs', { params: { id }, query, body: waiting });
      const terminate = async () =>
        (await fetch(`${api().system.url}/api/runs/${id}/terminate`, { method: 'POST' })).status;
      await waitUntil(async () => (await terminate()) === 202, { describe: 'the run is terminated' });
      const answer = await answering;
      expect([answer.status, statusOf(answer).runtimeStatus]).toEqual([200, 'Terminated']);
    });

    test.each(['timeout=5', 'pollingInterval=1', 'timeout=soon&pollingInterval=1', 'timeout=-1&pollingInterval=1'])(
      'needs both parameters: %s is a plain start',
      async (query) => {
        expect((await api().call('startRun', { query, body })).status).toBe(202);
      },
    );

    test('with an interval above the time is refused, and nothing starts', async () => {
      const id = newId('impatient');
      const answer = await api().call('startRunAs', { params: { id }, query: 'timeout=1&pollingInterval=2', body });
      expect(problemOf(answer).Message).toBe('Total timeout 1 should be bigger than retry timeout 2');
      expect((await api().call('getRun', { params: { id } })).status).toBe(404);
    });
  });
}
