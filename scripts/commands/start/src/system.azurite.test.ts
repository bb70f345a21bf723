import { join } from 'node:path';
import { type StubFace, startStubFace, temporaryFolder, waitUntil } from '@tally/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { freePorts } from './loopback-ports.ts';
import { isProcessAlive } from './process-alive.ts';
import { StartError } from './start-error.ts';
import { startLocalStorage } from './storage.ts';
import { type System, type SystemOptions, startSystem } from './system.ts';

/** Starting a system may include building the apps, on a machine that is busy with other tests. */
const startGuardMs = 300_000;

let face: StubFace;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let notices: string[];
let lines: string[];

beforeAll(async () => {
  face = await startStubFace();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await face.stop();
  await folder.remove();
});
beforeEach(() => {
  notices = [];
  lines = [];
});

function storageIn(dataFolder: string) {
  return { dataFolder: join(folder.path, dataFolder), ports: 'free' } as const;
}

function start(dataFolder: string, more: Partial<SystemOptions> = {}): Promise<System> {
  return startSystem({
    storage: { kind: 'local', ...storageIn(dataFolder) },
    face: { kind: 'given', endpoint: face.endpoint, key: 'test-key' },
    onNotice: (text) => notices.push(text),
    onLine: (_, line) => lines.push(line),
    ...more,
  });
}

const startedSchema = z.object({ statusQueryGetUri: z.url() });
const statusSchema = z.object({ runtimeStatus: z.string(), counts: z.object({ succeeded: z.int() }) });

/** @returns the path of the run's status, which is the same after a restart */
async function startRun(system: System, images: number): Promise<string> {
  const urls = Array.from({ length: images }, (_, index) => `https://photos.example/${index}.jpg`);
  const response = await fetch(`${system.baseUrl}/api/runs`, { method: 'POST', body: JSON.stringify(urls) });
  const body: unknown = await response.json();
  expect(response.status, `${JSON.stringify(body)}\n${lines.join('\n')}`).toBe(202);
  return new URL(startedSchema.parse(body).statusQueryGetUri).pathname;
}

async function statusOf(system: System, path: string) {
  return statusSchema.parse(await (await fetch(`${system.baseUrl}${path}`)).json());
}

async function completed(system: System, path: string) {
  const isCompleted = async () => {
    const status = await statusOf(system, path);
    return status.runtimeStatus === 'Completed' && status;
  };
  return await waitUntil(isCompleted, { describe: 'the run is Completed', hangGuardMs: 120_000 });
}

test(
  'a run completes, and the system still knows it after a stop and a start on the same data',
  async () => {
    const first = await start('kept', { instances: { detect: 2 } });
    const pids = first.pids();
    expect(pids).toHaveLength(4);
    const path = await startRun(first, 50);
    expect(await completed(first, path)).toMatchObject({ counts: { succeeded: 50 } });
    await first.stop();
    await first.stop();
    expect(pids.filter(isProcessAlive)).toEqual([]);

    const second = await start('kept');
    try {
      expect(await statusOf(second, path)).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 50 } });
    } finally {
      await second.stop();
    }
  },
  startGuardMs,
);

describe('a system that loses processes', () => {
  let system: System;
  beforeAll(async () => {
    system = await start('losses');
  }, startGuardMs);
  afterAll(async () => await system.stop(), startGuardMs);

  test(
    'continues the work of a killed app when the app is started again',
    async () => {
      const detect = system.app('detect');
      await detect.kill('SIGKILL');
      const path = await startRun(system, 3);
      expect(await statusOf(system, path)).toMatchObject({ runtimeStatus: 'Running', counts: { succeeded: 0 } });
      await detect.start();
      expect(await completed(system, path)).toMatchObject({ counts: { succeeded: 3 } });
      expect(notices).toEqual([]);
    },
    startGuardMs,
  );

  test(
    'restarts an app that ends by itself on its port, after growing pauses, while the others continue',
    async () => {
      let hasFailed = false;
      void system.failed.then(() => {
        hasFailed = true;
      });
      const others = system.pids().filter((pid) => pid !== system.app('intake').pid);
      const answers = async () => (await fetch(`${system.baseUrl}/api/health`).catch(() => undefined))?.status === 200;
      for (const seconds of [1, 2, 4]) {
        notices.length = 0;
        process.kill(system.app('intake').pid, 'SIGKILL');
        await waitUntil(() => notices.length > 0, { describe: 'the end is told' });
        expect(notices[0]).toMatch(`intake was ended by SIGKILL; starting it again in ${seconds} s.`);
        await waitUntil(answers, { describe: 'the API answers on its old port' });
      }
      expect(system.pids()).toEqual(expect.arrayContaining(others));
      expect(hasFailed).toBe(false);
    },
    startGuardMs,
  );
});

test('an unreachable storage is reported with its address, and nothing is started', async () => {
  const [queue = 0, table = 0] = await freePorts(2);
  const connectionString = `AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:${queue}/a;TableEndpoint=http://127.0.0.1:${table}/a`;
  await expect(start('', { storage: { kind: 'given', connectionString } })).rejects.toThrow(
    `The storage at http://127.0.0.1:${queue}/a doesn't answer (ECONNREFUSED)`,
  );
});

test(
  'an interrupted start leaves nothing running',
  async () => {
    const interrupt = new AbortController();
    const seen: string[] = [];
    const starting = start('interrupted', {
      face: { kind: 'local' },
      // With its debug lines the face service prints first, before it is ready.
      env: { face: { AzureFunctionsJobHost__logging__logLevel__default: 'Debug' } },
      signal: interrupt.signal,
      onLine: (label) => {
        seen.push(label);
        interrupt.abort(new Error('Ctrl-C'));
      },
    });
    await expect(starting).rejects.toThrow('Ctrl-C');
    expect(new Set(seen)).toEqual(new Set(['face']));
    // The data folder is free only after its Azurite has ended.
    const again = await startLocalStorage({
      ...storageIn('interrupted'),
      onNotice: () => undefined,
      signal: new AbortController().signal,
    });
    await again.stop();
  },
  startGuardMs,
);

test(
  'an app that does not start is reported with the reason, without a stack',
  async () => {
    const starting = start('wrong-setting', { env: { detect: { TALLY_FACE_CONCURRENCY: 'many' } } });
    const failure: unknown = await starting.catch((error: unknown) => error);
    if (!(failure instanceof StartError)) throw new Error('the start should have failed with a StartError');
    expect(failure.message).toMatch(/^detect doesn't start:\n/);
    expect(failure.message).toContain('TALLY_FACE_CONCURRENCY');
    expect(failure.message).not.toMatch(/^\s+at /m);
  },
  startGuardMs,
);
