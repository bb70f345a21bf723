import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder, thinPng, waitUntil } from '@tally/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { samplePhotos } from './sample-photos.ts';
import { type System, startSystem } from './system.ts';

/**
 * Starting a system may include building the apps. Models load slowly on a machine that is busy with other
 * tests.
 */
const guardMs = 600_000;

const photos = samplePhotos().map((file) => readFileSync(file));

let host: Server;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let system: System;
let photoOrigin: string;
let answer: (path: string, response: ServerResponse) => void;
const notices: string[] = [];

beforeAll(async () => {
  host = createServer((request, response) => answer(request.url ?? '', response)).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const { port } = z.object({ port: z.int() }).parse(host.address());
  photoOrigin = `http://127.0.0.1:${port}`;
  folder = await temporaryFolder();
  system = await startSystem({
    storage: { kind: 'local', dataFolder: join(folder.path, 'data'), ports: 'free' },
    face: { kind: 'local', allowHosts: [`127.0.0.1:${port}`] },
    env: { face: { TALLY_FACE_WORKERS: '2' } },
    onNotice: (text) => notices.push(text),
  });
}, guardMs);
afterAll(async () => {
  await system.stop();
  host.close();
  await folder.remove();
});

const startedSchema = z.object({ statusQueryGetUri: z.url() });
const statusSchema = z.object({
  runtimeStatus: z.string(),
  counts: z.object({ succeeded: z.int(), failed: z.int() }),
  output: z.object({ failures: z.array(z.object({ code: z.string(), count: z.int() })) }).nullable(),
});

/** Runs images of the photo host, given by their paths, until the run has ended. */
async function run(paths: readonly string[]) {
  const body = JSON.stringify(paths.map((path) => photoOrigin + path));
  const started = startedSchema.parse(
    await (await fetch(`${system.baseUrl}/api/runs`, { method: 'POST', body })).json(),
  );
  const ended = async () => {
    const status = statusSchema.parse(await (await fetch(started.statusQueryGetUri)).json());
    return status.runtimeStatus === 'Completed' && status;
  };
  return await waitUntil(ended, { describe: 'the run is Completed', hangGuardMs: guardMs });
}

/** The sum of the peak memory of a process and its children, in megabytes. Linux records it. */
function peakMb(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return Number(peak) / 1024 + children.reduce((sum, child) => sum + peakMb(child), 0);
}

test(
  'an image of 59,999,999 x 1 pixels among ten fails alone: the face service stays within 2 GB, and no process ends',
  async () => {
    const thin = thinPng(59_999_999, 1);
    answer = (path, response) =>
      response.end(path === '/thin.png' ? thin : photos[Number(path.slice(1)) % photos.length]);
    const before = system.pids();
    const status = await run([...Array.from({ length: 9 }, (_, index) => `/${index}`), '/thin.png']);
    expect(status.counts).toEqual(expect.objectContaining({ succeeded: 9, failed: 1 }));
    expect(status.output?.failures).toEqual([expect.objectContaining({ code: 'InvalidImage', count: 1 })]);
    expect(system.pids()).toEqual(before);
    expect(notices.filter((text) => text.includes('ended'))).toEqual([]);
    if (process.platform === 'linux') expect(peakMb(system.app('face').pid)).toBeLessThan(2_000);
  },
  guardMs,
);

test(
  'a host that serves five images a second, and refuses or cuts off more, costs a run none of sixty',
  async () => {
    const photo = photos[0];
    let second = 0;
    let served = 0;
    let refused = 0;
    answer = (_path, response) => {
      const now = Math.floor(Date.now() / 1_000);
      if (now !== second) served = 0;
      second = now;
      served += 1;
      if (served <= 5) {
        response.end(photo);
        return;
      }
      refused += 1;
      // In turn, as hosts do it: by a status, or by closing the connection.
      if (refused % 4 === 0) response.destroy();
      else response.writeHead(refused % 4 === 1 ? 503 : 429).end();
    };
    const status = await run(Array.from({ length: 60 }, (_, index) => `/${index}.jpg`));
    expect(status.counts).toEqual(expect.objectContaining({ succeeded: 60, failed: 0 }));
    expect(refused).toBeGreaterThan(0);
  },
  guardMs,
);
