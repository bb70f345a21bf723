import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { commandGuardMs, type RunningCommand, runCommandLine, temporaryFolder } from '@tally/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { isPortFree } from './loopback-ports.ts';
import { samplePhotos } from './sample-photos.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const started: RunningCommand[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.signal('SIGTERM');
    await command.ended();
  }
  await folder.remove();
}, commandGuardMs);

function run(...args: Parameters<typeof runCommandLine>): RunningCommand {
  const command = runCommandLine(...args);
  started.push(command);
  return command;
}

const reportSchema = z.object({
  runtimeStatus: z.string(),
  output: z.object({ images: z.object({ total: z.int(), succeeded: z.int() }) }),
  items: z.array(z.object({ photo: z.string(), result: z.unknown() })),
});

/** Ports of 127.0.0.1 that a text names. */
function portsIn(text: string): number[] {
  return [...new Set([...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)))];
}

test(
  "npm start serves this machine's photos and the demo's, names the running system to a second start, and stops all of it on Ctrl-C",
  async () => {
    const start = run('start', ['--port', '0', '--data', folder.path]);
    const [, baseUrl = ''] = await start.printed(/API {6}(http:\S+)\/api\/runs/);
    await start.printed(/Ctrl-C stops everything/);
    // The API, the face service, the sample photos, queues, tables and files.
    const ports = portsIn(start.output());
    expect(ports).toHaveLength(6);

    const photo = join(folder.path, 'a photo #1 ü.jpg');
    copyFileSync(samplePhotos()[0] ?? '', photo);
    const [, sampleUrl = ''] = await start.printed(/'\["(http:[^"]+)"\]'/);
    const tally = run('tally', ['run', photo, sampleUrl, '--url', baseUrl, '--json']);
    expect(await tally.ended(), tally.output()).toBe(0);
    const report = reportSchema.parse(JSON.parse(tally.stdout()));
    expect(report).toMatchObject({ runtimeStatus: 'Completed', output: { images: { total: 2, succeeded: 2 } } });
    expect(report.items.map((item) => item.photo)).toEqual(['a photo #1 ü.jpg', sampleUrl]);
    expect(report.items[0]?.result).toEqual(report.items[1]?.result);

    const missing = run('tally', ['run', `${sampleUrl}.gone`, '--url', baseUrl]);
    expect(await missing.ended(), missing.output()).toBe(1);
    expect(missing.stdout()).toMatch(/failed: \w+: .*\n\nRun \w+ ended as Failed/);

    const demo = run('demo', ['--url', baseUrl]);
    expect(await demo.ended(), demo.output()).toBe(0);

    const second = run('start', ['--port', new URL(baseUrl).port]);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(`Tally runs already on port ${new URL(baseUrl).port}`);

    start.signal('SIGINT');
    expect(await start.ended(), start.output()).toBe(0);
    expect(start.output()).toContain(`Stopped. The data stay in ${folder.path}.`);
    expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
  },
  commandGuardMs,
);

test(
  'a later start on the same data serves the sample photos at the same addresses, which its runs may name',
  async () => {
    const urls: (string | undefined)[] = [];
    for (let count = 0; count < 2; count++) {
      const start = run('start', ['--port', '0', '--data', folder.path]);
      const [, sampleUrl] = await start.printed(/'\["(http:[^"]+)"\]'/);
      urls.push(sampleUrl);
      start.signal('SIGINT');
      expect(await start.ended(), start.output()).toBe(0);
    }
    expect(urls[1]).toBe(urls[0]);
  },
  commandGuardMs,
);

test('a port in use is reported with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const start = run('start', ['--data', folder.path], { TALLY_PORT: String(port) });
  expect(await start.ended()).toBe(1);
  expect(start.output()).toBe(
    `Port ${port} is in use by another program. Stop that program, or choose another port: npm start -- --port ${port + 1}\n`,
  );
  taken.close();
});

test('a wrong command line is reported with exit code 2, and nothing is started', async () => {
  const start = run('start', ['--port', 'seven']);
  expect(await start.ended()).toBe(2);
  expect(start.output()).toContain('--port (or TALLY_PORT) must be a port number');
  const unknown = run('start', ['--prot', '1']);
  expect(await unknown.ended()).toBe(2);
  expect(unknown.output()).toContain("unknown option '--prot'");
});

test('tally without a system says how to start one', async () => {
  const tally = run('tally', ['run', 'https://a.example/x.jpg', '--url', 'http://127.0.0.1:9']);
  expect(await tally.ended()).toBe(3);
  expect(tally.output()).toContain('Is Tally running there? Start it with: npm start');
  const nothing = run('tally', ['run']);
  expect(await nothing.ended()).toBe(2);
  expect(nothing.output()).toContain("missing required argument 'inputs'");
});
