import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TallyClient } from '@tally/client';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { put } from './rows.fixture.ts';

const program = path.resolve(import.meta.dirname, '../../../commands/tally/main.ts');

const fullKey = 'a-key-for-everything';
const readKey = 'a-key-for-reading';

/** Each command is a separate process, on a machine that is busy with other tests. */
const guardMs = 300_000;

const letterSchema = z.array(z.object({ id: z.string() }));
const startedSchema = z.object({ id: z.string() });

let isMended = false;
let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem({
    face: {
      respond: (url) =>
        url.includes('broken') && !isMended ? { status: 400, code: 'InvalidImage' } : { faces: [0.25, 0.75] },
    },
    env: { TALLY_HOST_KEYS: `full=${fullKey};read=${readKey}` },
  });
  return () => system.stop();
}, 180_000);

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run tally -- <args>` in a separate process. */
function tally(...args: string[]): Promise<Ended> {
  return tallyWith({ TALLY_KEY: fullKey }, ...args);
}

async function tallyWith(keys: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args, '--url', system.url], {
    env: { ...process.env, ...keys },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

/**
 * Runs a command that must succeed.
 * @returns what it printed
 */
async function done(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tally(...args);
  expect({ args, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ args, exitCode: 0, stderr: '' });
  return stdout;
}

/**
 * Runs a command that must be refused.
 * @returns its message
 */
async function refused(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tally(...args);
  expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 1, stdout: '' });
  return stderr;
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await done(...args, '--json'));
}

/** Waits until the gated run has processed its items and waits for a person. */
async function waiting(id: string): Promise<void> {
  const client = new TallyClient({ baseUrl: system.url, key: fullKey });
  await waitUntil(async () => (await client.status(id)).customStatus !== null, {
    describe: `${id} waits for approval`,
  });
}

test(
  'the life of a run, by commands alone',
  async () => {
    const client = new TallyClient({ baseUrl: system.url, key: fullKey });
    const urls = ['https://a.example/1.jpg', 'https://a.example/broken.jpg', 'https://a.example/3.jpg'];
    await client.start({ urls, approval: { timeout: 'PT30M', onTimeout: 'fail' } }, 'life');
    await waiting('life');

    expect(await done('status', 'life')).toMatch(/^Run life is Running\.\n {2}created {2}\d{4}-/);
    expect(await done('list', '--prefix', 'li')).toMatch(/^RUN +STATUS .*\nlife +Running /);
    expect(await json('list', '--status', 'completed,failed')).toEqual([]);
    expect(await done('items', 'life', '--status', 'failed')).toMatch(
      / 1 {2}failed +InvalidImage .*broken\.jpg\n {6}\S.*\n$/,
    );
    expect(await done('window', 'life', '5')).toBe('Run life may have 5 items in work at once.\n');
    expect(await json('status', 'life')).toMatchObject({ window: 5, counts: { succeeded: 2, failed: 1 } });

    await done('suspend', 'life', '--reason', 'lunch');
    expect(await json('status', 'life')).toMatchObject({ runtimeStatus: 'Suspended' });
    expect(await refused('suspend', 'life')).toMatch(/^Refused: 500 .* \(AlreadySuspended\): /);
    await done('resume', 'life');
    expect(await refused('purge', 'life')).toMatch(/^Refused: 412 /);

    await done('raise-event', 'life', 'Approval', 'true');
    expect(await done('status', 'life', '--wait')).toContain('Run life is Completed.');
    expect(await done('status', 'life', '--history')).toContain('lunch');

    isMended = true;
    await done('rewind', 'life');
    // The approval was for the earlier output, so the gate asks again.
    await waiting('life');
    await done('raise-event', 'life', 'Approval', 'true');
    await done('status', 'life', '--wait');
    expect(await json('status', 'life')).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 3 } });
    expect(await refused('rewind', 'life')).toMatch(/^Refused: 412 .*\(NothingToRewind\)/);
  },
  guardMs,
);

test(
  'a run is started again under a new id and terminated, and all runs are purged',
  async () => {
    const client = new TallyClient({ baseUrl: system.url, key: fullKey });
    const approval = { timeout: 'PT30M', onTimeout: 'fail' } as const;
    await client.start({ urls: ['https://a.example/1.jpg'], approval }, 'again');
    await waiting('again');
    await done('raise-event', 'again', 'Approval', 'false');
    expect((await tally('status', 'again', '--wait')).exitCode).toBe(1);

    const { id } = startedSchema.parse(await json('restart', 'again'));
    await done('terminate', id, '--reason', 'enough');
    const ended = await tally('status', id, '--wait', '--json');
    expect(ended.exitCode).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });

    expect(await done('restart', 'again', '--same-id')).toBe('Run again is started.\n');
    expect(await refused('restart', 'again', '--same-id')).toMatch(/^Refused: 409 /);
    await done('terminate', 'again');
    await tally('status', 'again', '--wait');

    expect(await done('purge', id)).toBe(`Run ${id} is deleted.\n`);
    expect(await refused('status', id)).toBe(
      `Refused: 404 Not found (RunNotFound): There is no run with the id "${id}".\n`,
    );
    await done('purge', '--from', '1h', '--status', 'Terminated');
    expect(await done('list', '--prefix', 'again')).toBe('No run matches.\n');
  },
  guardMs,
);

test(
  'photos are sent through, a running chain and its dead letters are shown, and a problem is printed as JSON',
  async () => {
    const report = await json('run', 'https://a.example/1.jpg', 'https://a.example/2.jpg');
    expect(report).toMatchObject({ runtimeStatus: 'Completed', items: [{ index: 0 }, { index: 1 }] });
    expect(await done('chain')).toMatch(/^QUEUE +APP +WAITING +POISON +WORKERS +DOES\nintake +intake +0 /);
    expect(await done('dead-letters', 'list')).toBe('There are no dead letters.\n');
    await put(system.storage, 'detect', 'not a message');
    const id = await waitUntil(
      async () => {
        const [letter] = letterSchema.parse(await json('dead-letters', 'list'));
        return letter?.id;
      },
      { describe: 'the message has become a dead letter' },
    );
    expect(await done('dead-letters', 'list', '--stage', 'detect')).toMatch(/^DEAD LETTER +STAGE /);
    expect(await done('dead-letters', 'discard', id)).toBe('The dead letter is deleted.\n');
    expect(JSON.parse(await refused('dead-letters', 'discard', 'nothing', '--json'))).toMatchObject({ status: 404 });
    expect(await refused('dead-letters', 'redrive', 'nothing')).toMatch(/^Refused: 404 /);
  },
  guardMs,
);

test(
  'the rights of a key are shown, and a key is never printed',
  async () => {
    const reading = { TALLY_KEY: readKey };
    expect((await tallyWith(reading, 'list')).exitCode).toBe(0);
    const ended = [
      await tallyWith(reading, 'terminate', 'unknown'),
      await tallyWith({}, 'list'),
      await tally('list', '--key', 'a-wrong-key', '--json'),
      await tally('list', '--help'),
      await tally('list', '--nonsense'),
    ];
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 0, 2]);
    expect(ended[0]?.stderr).toBe(
      'Refused: 401 Unauthorized (Unauthorized): No key was given, or not one that allows this.\n  Give a key with TALLY_KEY or --key.\n',
    );
    expect(JSON.stringify(ended)).not.toMatch(/a-key-for|a-wrong-key/);
  },
  guardMs,
);
