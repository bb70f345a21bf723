import { setTimeout as sleep } from 'node:timers/promises';
import { checkStatusSchema, runStatusSchema } from '@tally/api';
import { waitUntil } from '@tally/testing';
import { describe, expect, test } from 'vitest';
import { type Api, type ApiAnswer, newId, problemOf, runs, statusOf } from './api.fixture.ts';
import type { HeldStarts } from './held-starts.fixture.ts';
import { listWith, objectWith } from './matchers.fixture.ts';

const verbs = {
  terminate: (api: Api, id: string) => api.call('terminateRun', { params: { id }, query: 'reason=why' }),
  suspend: (api: Api, id: string) => api.call('suspendRun', { params: { id }, query: 'reason=why' }),
  resume: (api: Api, id: string) => api.call('resumeRun', { params: { id }, query: 'reason=why' }),
  rewind: (api: Api, id: string) => api.call('rewindRun', { params: { id }, query: 'reason=why' }),
  'restart as new': (api: Api, id: string) => api.call('restartRun', { params: { id } }),
  'restart as itself': (api: Api, id: string) =>
    api.call('restartRun', { params: { id }, query: 'restartWithNewInstanceId=false' }),
  'raise event': (api: Api, id: string) =>
    api.call('raiseEvent', {
      params: { id, eventName: 'Go' },
      headers: { 'content-type': 'application/json' },
      body: 'true',
    }),
  purge: (api: Api, id: string) => api.call('purgeRun', { params: { id } }),
} as const;
type Verb = keyof typeof verbs;
const VERBS: readonly Verb[] = [
  'terminate',
  'suspend',
  'resume',
  'rewind',
  'restart as new',
  'restart as itself',
  'raise event',
  'purge',
];

/** The answers to the verbs by the status of the run, in the order of {@link VERBS}. */
const table = {
  'not found': [404, 404, 404, 404, 400, 400, 404, 404],
  Pending: [202, 202, 500, 412, 202, 409, 202, 412],
  Running: [202, 202, 500, 412, 202, 409, 202, 412],
  Suspended: [202, 500, 202, 412, 202, 409, 202, 412],
  Completed: [410, 410, 410, 412, 202, 202, 410, 200],
  Failed: [410, 410, 410, 202, 202, 202, 410, 200],
  Terminated: [410, 410, 410, 412, 202, 202, 410, 200],
} as const;

/** The run's status right after an accepted verb. */
const after: Partial<Record<Verb, string>> = { terminate: 'Terminated', suspend: 'Suspended', resume: 'Running' };

const cases = Object.entries(table).flatMap(([status, codes]) =>
  VERBS.map((verb, place) => [status, verb, codes[place] ?? 0] as const),
);

export function describeControl(api: () => Api, held: HeldStarts): void {
  describe.concurrent('control verbs by status', () => {
    test.each(cases)('%s: %s is answered with %d', async (status, verb, code) => {
      const act = verbs[verb];
      const id = newId(`${status} ${verb}`);
      const answer = await actOn(api(), held, status, id, act);
      expect(answer.status, JSON.stringify(answer.body)).toBe(code);
      if (code === 202 && !verb.startsWith('restart')) expect(answer.body).toBeNull();
      if (code >= 400) expect(problemOf(answer).detail).toContain(id);
      const expected = after[verb];
      if (code === 202 && expected !== undefined)
        expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe(expected);
    });
  });

  describe.concurrent('what verbs do', () => {
    test("a reason is kept: a termination's as the output, every reason in the timeline", async () => {
      const id = await runs.Running(api());
      await api().call('suspendRun', { params: { id }, query: 'reason=a%20b%26c' });
      await api().call('resumeRun', { params: { id } });
      await api().call('terminateRun', { params: { id }, query: 'reason=%C3%A9nough' });
      const { body } = await api().call('getRun', { params: { id }, query: 'showHistory=true' });
      expect(body).toMatchObject({ output: 'énough' });
      expect(body).toMatchObject({
        historyEvents: listWith([
          objectWith({ EventType: 'ExecutionSuspended', Reason: 'a b&c' }),
          objectWith({ EventType: 'ExecutionResumed' }),
          objectWith({ EventType: 'ExecutionTerminated', Reason: 'énough' }),
        ]),
      });
    });

    test('a reason over 4,000 characters is refused and changes nothing', async () => {
      const id = await runs.Running(api());
      const answer = await api().call('terminateRun', { params: { id }, query: `reason=${'x'.repeat(4_001)}` });
      expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ field: 'reason', limit: 4_000 }] });
      expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe('Running');
    });

    test('a rewind repeats the failed items of a completed run and keeps the others', async () => {
      const urls = ['https://photos.example/bad-0.jpg', 'https://photos.example/good-0.jpg'];
      const id = await runs.Completed(api(), newId('half'), urls);
      expect((await api().call('rewindRun', { params: { id } })).status).toBe(202);
      const ended = await ending(api(), id);
      expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 1, failed: 1 } });
      const { body } = await api().call('getRun', { params: { id }, query: 'showHistory=true' });
      const types = eventTypes(body);
      expect(types.filter((type) => type === 'TaskCompleted')).toHaveLength(2);
      expect(types).toContain('ExecutionRewound');
    });

    test('a restart has the items and options of the first run, and another id', async () => {
      const id = await runs.Terminated(api());
      const restarted = await api().call('restartRun', { params: { id } });
      const other = checkStatusSchema.parse(restarted.body).id;
      expect(other).toMatch(/^[0-9a-f]{32}$/);
      expect(restarted.body).toHaveProperty('approvePostUri');
      expect((await api().call('getRun', { params: { id: other } })).body).toMatchObject({
        input: statusOf(await api().call('getRun', { params: { id } }))['input'],
      });
      expect(statusOf(await api().call('getRun', { params: { id } })).runtimeStatus).toBe('Terminated');
    });

    test('a restart in the wait form is answered with the output', async () => {
      const id = await runs.Completed(api());
      const query = 'restartWithNewInstanceId=false&timeout=60&pollingInterval=0.2';
      const answer = await api().call('restartRun', { params: { id }, query });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ min_val: 0.25, max_val: 0.75 });
    });

    test('a window is set while the run is live, shown in its status, and refused with 410 after its end', async () => {
      const id = await runs.Running(api());
      const set = await api().call('updateRun', { params: { id }, body: { window: 3 } });
      expect([set.status, set.body]).toEqual([200, { window: 3 }]);
      expect((await api().call('getRun', { params: { id } })).body).toMatchObject({ window: 3 });
      await api().call('terminateRun', { params: { id } });
      expect((await api().call('updateRun', { params: { id }, body: { window: 4 } })).status).toBe(410);
      expect((await api().call('updateRun', { params: { id: 'unknown' }, body: { window: 4 } })).status).toBe(404);
      for (const body of ['', '{', '[]', '{"window":0}', '{"window":1.5}', '{"window":1,"x":1}'])
        expect((await api().call('updateRun', { params: { id }, body })).status, body).toBe(400);
    });

    test('a window waits while the run is still being started, and is set then', async () => {
      const setWindow: Act = async (on, id) => await on.call('updateRun', { params: { id }, body: { window: 3 } });
      const answer = await actOnPending(api(), held, 'window-of-pending', setWindow);
      expect([answer.status, answer.body]).toEqual([200, { window: 3 }]);
    });
  });
}

function eventTypes(body: unknown): (string | undefined)[] {
  return (runStatusSchema.parse(body).historyEvents ?? []).map(({ EventType }) => EventType);
}

type Act = (api: Api, id: string) => Promise<ApiAnswer>;

async function actOn(api: Api, held: HeldStarts, status: string, id: string, act: Act): Promise<ApiAnswer> {
  switch (status) {
    case 'not found':
      return await act(api, id);
    case 'Pending':
      return await actOnPending(api, held, id, act);
    case 'Running':
    case 'Suspended':
    case 'Completed':
    case 'Failed':
    case 'Terminated':
      await runs[status](api, id);
      return await act(api, id);
    default:
      throw new Error(`no run can be made ${status}`);
  }
}

/**
 * The run's start is held between its first and its last row. Calls that wait for its end are answered after
 * the release.
 */
async function actOnPending(api: Api, held: HeldStarts, id: string, act: Act): Promise<ApiAnswer> {
  const release = held.hold(id);
  const start = fetch(`${api.system.url}/api/runs/${id}`, {
    method: 'POST',
    body: JSON.stringify({ urls: ['https://photos.example/good.jpg'], approval: { timeout: 'PT1H' } }),
  });
  await waitUntil(async () => (await fetch(`${api.system.url}/api/runs/${id}`)).status === 202, {
    describe: `the run ${id} is Pending`,
  });
  expect(statusOf(await api.call('getRun', { params: { id } })).runtimeStatus).toBe('Pending');
  const answering = act(api, id);
  // Most calls are answered at once. The result doesn't depend on how long the others wait.
  await Promise.race([answering, sleep(500)]);
  release();
  const answer = await answering;
  await (await start).arrayBuffer();
  return answer;
}

async function ending(api: Api, id: string): Promise<unknown> {
  return await waitUntil(
    async () => {
      const { status, body } = await api.call('getRun', { params: { id } });
      return status === 200 ? body : null;
    },
    { describe: `the run ${id} has ended` },
  );
}
