import { gzipSync } from 'node:zlib';
import { checkStatusSchema, problemSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, newId, problemOf, runs, statusOf } from './api.fixture.ts';

const json = { 'content-type': 'application/json' };
const urls = ['https://photos.example/a.jpg'];

export function describeEvents(api: () => Api): void {
  const raise = (
    id: string,
    call: { eventName?: string; headers?: Record<string, string>; body?: string; query?: string },
  ) => {
    const { eventName = 'Go', ...rest } = call;
    return api().call('raiseEvent', { params: { id, eventName }, ...rest });
  };
  const ended = (id: string) =>
    waitUntil(
      async () => {
        const answer = await api().call('getRun', { params: { id } });
        return answer.status === 200 ? statusOf(answer) : null;
      },
      { describe: `the run ${id} has ended` },
    );
  const startGated = async (id: string, approval: object) => {
    const answer = await api().call('startRunAs', { params: { id }, body: { urls, approval } });
    expect(answer.status).toBe(202);
  };

  describe.concurrent('events', () => {
    test('are checked in the known order: existence, status, media type, JSON', async () => {
      const [running, completed] = await Promise.all([runs.Running(api()), runs.Completed(api())]);
      const wrong = { headers: { 'content-type': 'text/plain' }, body: '{' };
      expect((await raise('unknown', wrong)).status).toBe(404);
      expect((await raise(completed, wrong)).status).toBe(410);
      const media = await raise(running, wrong);
      expect(problemOf(media)).toMatchObject({ status: 400 });
      expect(problemOf(media).Message).toBe('Only application/json request content is supported');
      const text = await raise(running, { headers: json, body: '{' });
      expect(problemOf(text)).toMatchObject({ status: 400 });
      expect(problemOf(text).Message).toBe('Invalid JSON content');
      expect((await raise(running, { headers: json, body: '' })).status).toBe(400);
    });

    test.each(['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8', 'application/json;x=y'])(
      'of media type %s are accepted: 202, empty',
      async (type) => {
        const answer = await raise(await runs.Running(api()), { headers: { 'content-type': type }, body: '[1]' });
        expect([answer.status, answer.body]).toEqual([202, null]);
      },
    );

    test.each(['text/json', 'application/jsonp', ''])('of media type %j are refused', async (type) => {
      const headers = type === '' ? {} : { 'content-type': type };
      expect((await raise(await runs.Running(api()), { headers, body: '1' })).status).toBe(400);
    });

    test('over 64 KiB, or nested more than a hundred levels deep, are refused', async () => {
      const id = await runs.Running(api());
      expect((await raise(id, { headers: json, body: `"${'x'.repeat(65_536)}"` })).status).toBe(413);
      expect((await raise(id, { headers: json, body: '['.repeat(60_000) })).status).toBe(400);
      expect((await raise(id, { headers: json, body: `"${'x'.repeat(65_000)}"` })).status).toBe(202);
    });

    test.each(['1e400', '[-1e400]', '{"__proto__":1,"a":2}', '{"a":{"\\u005f_proto__":{}}}'])(
      'that JSON would not keep unchanged, %s, are refused with 400',
      async (body) => {
        const answer = await raise(await runs.Running(api()), { headers: json, body });
        expect(problemOf(answer)).toMatchObject({ status: 400, code: 'InvalidJson' });
      },
    );

    test('may be compressed; an unsupported coding is named', async () => {
      const id = await runs.Running(api());
      const url = `${api().system.url}/api/runs/${id}/raiseEvent/Go`;
      const post = (coding: string, body: Buffer) =>
        fetch(url, { method: 'POST', headers: { ...json, 'content-encoding': coding }, body: new Uint8Array(body) });
      expect((await post('gzip', gzipSync('[1]'))).status).toBe(202);
      const refused = await post('zstd', gzipSync('[1]'));
      expect(refused.status).toBe(415);
      expect(problemSchema.parse(await refused.json()).detail).toContain('"zstd"');
      expect((await post('gzip', gzipSync(`"${'x'.repeat(65_536)}"`))).status).toBe(413);
    });

    test('have a name of 1 to 100 characters, any but slashes', async () => {
      const id = await runs.Running(api());
      for (const eventName of ['x', 'größer als', "it's", '100%', 'x'.repeat(100)])
        expect((await raise(id, { eventName, headers: json, body: '1' })).status, eventName).toBe(202);
      for (const eventName of ['x'.repeat(101), 'a/b', 'a%2fb'])
        expect((await raise(id, { eventName, headers: json, body: '1' })).status, eventName).toBe(400);
    });
  });

  describe.concurrent('a run that waits for approval', () => {
    test.each([
      ['true', 'Completed'],
      ['{"approved":true}', 'Completed'],
      ['false', 'Failed'],
      ['{"approved":false,"reason":"blurred"}', 'Failed'],
    ])('and gets %s is %s', async (body, status) => {
      const id = await runs.Running(api());
      expect((await raise(id, { eventName: 'approval', headers: json, body })).status).toBe(202);
      const { runtimeStatus, output }: { runtimeStatus: string; output?: unknown } = await ended(id);
      expect(runtimeStatus).toBe(status);
      if (body.includes('blurred')) expect(output).toEqual({ code: 'Rejected', message: 'blurred' });
    });

    test.each(['"true"', '"yes"', '1', 'null', '[]', '{}', '{"Approved":true}', '{"approved":"true"}'])(
      'refuses the answer %s with an error that says what is expected, and accepts the next one',
      async (body) => {
        const id = await runs.Running(api());
        const refused = await raise(id, { eventName: 'approval', headers: json, body });
        expect(problemOf(refused)).toMatchObject({ status: 400, code: 'InvalidVerdict' });
        expect(problemOf(refused).detail).toContain('must be true, false, or {"approved"');
        expect((await raise(id, { eventName: 'Approval', headers: json, body: 'true' })).status).toBe(202);
        expect((await ended(id)).runtimeStatus).toBe('Completed');
      },
    );

    test("says so in its status, and continues by the address in its start's answer", async () => {
      const id = newId('approved');
      const { body } = await api().call('startRunAs', {
        params: { id },
        body: { urls, approval: { timeout: 'PT1H' } },
      });
      await waitUntil(async () => statusOf(await api().call('getRun', { params: { id } })).customStatus !== null, {
        describe: 'the run waits',
      });
      expect(statusOf(await api().call('getRun', { params: { id } })).customStatus).toMatchObject({
        waitingFor: 'Approval',
      });
      const { approvePostUri = '' } = checkStatusSchema.parse(body);
      expect((await fetch(approvePostUri, { method: 'POST' })).status).toBe(202);
      expect((await ended(id)).runtimeStatus).toBe('Completed');
    });

    test('accepts an early answer, and the first of two', async () => {
      const id = newId('early');
      await startGated(id, { timeout: 'PT1H' });
      expect((await raise(id, { eventName: 'Approval', query: 'approved=false&reason=no' })).status).toBe(202);
      await raise(id, { eventName: 'Approval', query: 'approved=true' });
      expect(await ended(id)).toMatchObject({ runtimeStatus: 'Failed', output: { code: 'Rejected', message: 'no' } });
    });

    test('accepts an answer while suspended, and ends after the resume', async () => {
      const id = await runs.Suspended(api());
      await raise(id, { eventName: 'Approval', query: 'approved=true' });
      expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe('Suspended');
      await api().call('resumeRun', { params: { id } });
      expect((await ended(id)).runtimeStatus).toBe('Completed');
    });

    test.each([
      ['fail', 'Failed'],
      ['complete', 'Completed'],
    ])('and gets none in time, with onTimeout=%s, is %s', async (onTimeout, status) => {
      const id = newId(`late-${onTimeout}`);
      await startGated(id, { timeout: 'PT1S', onTimeout });
      expect((await ended(id)).runtimeStatus).toBe(status);
      expect((await raise(id, { eventName: 'Approval', query: 'approved=true' })).status).toBe(410);
    });
  });
}
