// R8: a deployment brings a newer version of a chain while runs of the older one live.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '@tally/local-host';
import { type OwnSystem, startOwnSystem } from '@tally/test-system';
import { TestClock, temporaryFolder, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { readDepths, readTable } from './storage-view.ts';
import { type Behaviour, Recorder } from './works/recorder.ts';

/** The requests of a process to the storage are answered within this time. */
const ANSWERED_MS = 200;
/** After this time a message that was put back is visible again. */
const UP_AGAIN_MS = 61_000;
const newer = { CHAOS_VERSIONS: '2' };

let system: OwnSystem;
let clock: TestClock;
let recorder: Recorder;
/** Work that waits, by run and node. */
const held = new Map<string, PromiseWithResolvers<void>>();
/** Messages that were put back because no running process knew their chain, as queue and run. */
const putBack: string[] = [];

beforeAll(async () => {
  const folder = await temporaryFolder();
  clock = new TestClock(folder.path);
  recorder = await Recorder.start(async ({ runId, node }): Promise<Behaviour> => {
    await held.get(`${runId} ${node}`)?.promise;
    return 'do';
  });
  system = await startOwnSystem(path.resolve(import.meta.dirname, '../versions'), {
    clock,
    env: { CHAOS_RECORDER: recorder.url },
    proxy: {
      keep: false,
      observe: ({ operation, target, message = '' }) => {
        const run = /"runId":"(\w+)".*"heldSince"/.exec(message)?.[1];
        if (operation === 'PutMessage' && run !== undefined) putBack.push(`${target} ${run}`);
      },
    },
  });
  return async () => {
    await system.stop();
    await recorder.stop();
    await folder.remove();
  };
}, 180_000);

const statusSchema = z.object({
  runtimeStatus: z.string(),
  output: z.unknown(),
  nodes: z.array(z.object({ name: z.string(), state: z.string() })),
});
type Status = z.infer<typeof statusSchema>;

async function post({ url }: HostProcess, route: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status, await answer.text()).toBe(202);
}

const begin = (intake: HostProcess, id: string, parts: readonly number[]) =>
  post(intake, `/api/chains/versions/runs/${id}`, { parts });

async function until(intake: HostProcess, id: string, isSo: (status: Status) => boolean): Promise<Status> {
  const look = async () => {
    const status = statusSchema.parse(await (await fetch(`${intake.url}/api/runs/${id}`)).json());
    return isSo(status) ? status : null;
  };
  return await waitUntil(look, { describe: `${id} is as it should be`, pollMs: 100 }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${system.log()}`, { cause: error });
  });
}

const isWaiting = ({ nodes }: Status) => nodes.some(({ name, state }) => name === 'approval' && state === 'waiting');

/** Makes the work of this node wait until it is released. */
function hold(runId: string, node: string): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  held.set(`${runId} ${node}`, gate);
  return gate;
}

const callsOf = (runId: string) => recorder.effectsOf(runId).map(({ call, answers }) => ({ node: call.node, answers }));
const isCalled = (runId: string, node: string) =>
  waitUntil(() => callsOf(runId).some((call) => call.node === node), { describe: `${node} of ${runId} is at work` });
const isBack = (what: string) => waitUntil(() => putBack.includes(what), { describe: `a message is back: ${what}` });

/** Freezes a process, so that the older process gets the messages that arrive meanwhile. */
async function whileStill({ pid }: HostProcess, act: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(ANSWERED_MS);
    await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** The calls that a run must have made to its handlers, each once. */
function once(nodes: readonly string[]) {
  return nodes.toSorted().map((node) => ({ node, answers: ['do'] }));
}

test('a newer version of a chain starts beside runs of the older: each run ends by its own graph, all work is done once, and messages unknown to an older process wait for a newer one', async () => {
  const older = system.processes;
  await begin(older.intake, 'waiting', [1]);
  await until(older.intake, 'waiting', isWaiting);
  const parts = hold('mapping', 'parts');
  await begin(older.intake, 'mapping', [1, 2, 3, 4, 5]);
  await isCalled('mapping', 'parts');

  // In the order of docs/deploying.md. The older processes still run.
  const worker = await system.start('worker', newer);
  const aggregate = await system.start('aggregate', newer);
  const intake = await system.start('intake', newer);

  await whileStill(worker, async () => {
    await begin(intake, 'begun', [1]);
    await isBack('versions-begin begun');
  });
  parts.resolve();
  await older.worker.stop();

  const opening = hold('opened', 'begin');
  await begin(intake, 'opened', [1, 2, 3]);
  await isCalled('opened', 'begin');
  await whileStill(intake, async () => {
    opening.resolve();
    await isBack('intake opened');
  });
  await older.intake.stop();

  await whileStill(aggregate, async () => {
    await begin(intake, 'counted', [1]);
    await isBack('aggregate counted');
  });
  clock.advance(UP_AGAIN_MS);
  // A watchdog that doesn't know a run's chain ignores the run.
  await post(older.aggregate, '/admin/functions/watchdog', { input: '' });
  await older.aggregate.stop();
  clock.advance(UP_AGAIN_MS);

  const runs = { waiting: 1, mapping: 5, begun: 1, opened: 3, counted: 1 };
  for (const id of Object.keys(runs)) {
    await until(intake, id, isWaiting);
    await post(intake, `/api/runs/${id}/raiseEvent/Approval`, true);
  }
  for (const [id, count] of Object.entries(runs)) {
    const { runtimeStatus, output } = await until(intake, id, ({ runtimeStatus }) => runtimeStatus !== 'Running');
    const isFirst = id === 'waiting' || id === 'mapping';
    const ended = { runtimeStatus: 'Completed', output: `as the ${isFirst ? 'first' : 'second'} version ends` };
    expect({ id, runtimeStatus, output }).toEqual({ id, ...ended });
    const own = isFirst ? ['begin', 'tell'] : ['begin', 'check', 'tell', 'archive'];
    const calls = callsOf(id).toSorted((one, other) => one.node.localeCompare(other.node));
    expect(calls, id).toEqual(once([...own, ...Array.from({ length: count }, () => 'parts')]));
  }
  expect(recorder.faults).toEqual([]);

  const isEmpty = async () => [...(await readDepths(system.storage)).values()].every((depth) => depth === 0);
  await waitUntil(isEmpty, { describe: 'no message is left' });
  expect(await readTable(system.storage, 'deadletters')).toEqual([]);
  expect(
    (await readTable(system.storage, 'index')).filter(({ partitionKey }) => partitionKey.startsWith('live')),
  ).toEqual([]);
});
