// The demos of the chains orders and media, and tally upload, on one system.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TableClient } from '@azure/data-tables';
import { listMails } from '@tally/mails';
import { closeServer, commandGuardMs, listenOnLoopback, runCommandLine } from '@tally/testing';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { lookAt, tracksOf } from './look-at.fixture.ts';
import { startChains } from './started-chains.fixture.ts';

/** The requests that the webhook got, unchanged. */
const told: { readonly signature: unknown; readonly body: string }[] = [];
const hook = createServer((request, response) => {
  void text(request).then((body) => {
    told.push({ signature: request.headers['tally-signature-256'], body });
    response.writeHead(204).end();
  });
});
const secret = 'a secret of the two';
const hookHost = `127.0.0.1:${await listenOnLoopback(hook)}`;
// Registered before the system's own hook, so that it runs after that one.
afterAll(async () => await closeServer(hook));
const system = startChains('chain-demos', 'orders,media', {
  ...{ TALLY_WEBHOOK_URL: `http://${hookHost}/`, TALLY_WEBHOOK_ALLOW_HOSTS: hookHost },
  TALLY_WEBHOOK_SECRET: secret,
});
const { folder } = system;

/**
 * Runs the demo of an order to its end.
 * @returns its output, and the folder in which it has saved the files
 */
async function order(...args: readonly string[]) {
  const demo = runCommandLine('demo', ['orders', '--url', system.url(), '--folder', folder, ...args]);
  expect(await demo.ended(), demo.output()).toBe(0);
  const [, place = '', files = ''] = /Saved in (.+): (.+)\n$/.exec(demo.stdout()) ?? [];
  return { output: demo.stdout(), place, files };
}

/** The recipients of mails, and their subjects without the order's number. */
async function mailsIn(place: string) {
  const mails = await listMails(place);
  return mails.map(({ to, subject }) => `${to.join()}: ${subject.replace(/DEMO-\w+/, 'N')}`);
}

let approved: ReturnType<typeof order> | undefined;
const approveOnce = async () => {
  approved ??= order('--approve');
  return await approved;
};

test(
  "an approved order: its PDF has the customer's name, its clip plays, and the customer is mailed links to both",
  async () => {
    const { output, place, files } = await approveOnce();
    expect(output).toMatch(/^email +succeeded/m);
    expect(output).toContain('"decision": "Approved"');
    expect(files).toBe('order.pdf, order.mp4, mail-1.eml, mail-2.eml');
    const pdf = await getDocumentProxy(new Uint8Array(readFileSync(join(place, 'order.pdf'))));
    expect((await extractText(pdf, { mergePages: true })).text).toContain('Dear Zoë Müller,');
    const clip = readFileSync(join(place, 'order.mp4'));
    expect(await tracksOf(clip)).toMatchObject([
      { '@type': 'Video', Format: 'AVC', Width: 320, Height: 240, Duration: 3 },
    ]);
    const mails = await listMails(place);
    expect(await mailsIn(place)).toEqual([
      'approver@tally.example: Order N waits for your decision',
      'zoe@customer.example: Your order N',
    ]);
    expect(mails[1]?.links.map((link) => new URL(link).pathname.split('/').at(-1))).toEqual(['order.pdf', 'order.mp4']);
  },
  commandGuardMs,
);

test.each([
  { args: ['--reject'], decision: 'Rejected', node: /^approval +succeeded/m },
  { args: ['--timeout', '2s'], decision: 'TimedOut', node: /^approval +timed out/m },
])(
  'an order with $args is declined: $decision',
  async ({ args, decision, node }) => {
    const { output, place } = await order(...args);
    expect(output).toMatch(node);
    expect(output).toMatch(/^email +skipped/m);
    expect(output).toContain(`"decision": "${decision}"`);
    expect((await mailsIn(place))[1]).toBe('zoe@customer.example: Your order N was not approved');
  },
  commandGuardMs,
);

test(
  'two clips go through the chain media, and an infected file fails at the scan',
  async () => {
    const demo = runCommandLine('demo', ['media', '--url', system.url(), '--folder', folder]);
    expect(await demo.ended(), demo.output()).toBe(0);
    const thumbnails = [...demo.stdout().matchAll(/The thumbnail is saved: (.+)/g)].map(([, file = '']) => file);
    expect(thumbnails).toHaveLength(2);
    for (const file of thumbnails) {
      const { brightness, spread, ...form } = await lookAt(file);
      expect(form).toEqual({ format: 'jpeg', width: 320, height: 240 });
      expect(brightness).toBeGreaterThan(40);
      expect(spread).toBeGreaterThan(20);
    }
    expect(demo.stdout().match(/"lufs": -\d+/g)).toHaveLength(2);
    const [, infected = ''] = demo.stdout().split('\ninfected.mp4\n');
    expect(infected).toContain("ended as Failed. Infected: the file has EICAR's test signature");
    expect(infected).toContain('Nothing after the scan has begun.');
    const [first = '', second = '', refused = ''] = [...demo.stdout().matchAll(/ is uploaded: run (\S+)/g)].map(
      ([, run = '']) => run,
    );
    await expectTakenIn([first, second], refused);
  },
  commandGuardMs,
);

/**
 * Each of the two films has a row in the catalogue and a row in the audit, and the webhook was told about
 * both. Nothing exists of the refused file.
 */
async function expectTakenIn(runs: readonly [string, string], refused: string): Promise<void> {
  const about = (run: string) => [...runs, refused].indexOf(run);
  const inOrder = (rows: Record<string, unknown>[]) =>
    rows.toSorted((a, b) => about(String(a['run'])) - about(String(b['run'])));
  expect(inOrder(await rowsOf('mediafiles'))).toMatchObject([
    {
      run: runs[0],
      type: 'video/mp4',
      scannedBy: 'eicar',
      width: 320,
      height: 240,
      videoCodec: 'AVC',
      audioCodec: 'AAC',
    },
    { run: runs[1], type: 'video/webm', scannedBy: 'eicar', width: 320, height: 240, videoCodec: 'VP8' },
  ]);
  expect(inOrder(await rowsOf('mediaaudit'))).toMatchObject(
    runs.map((run) => ({ run, action: 'taken in', scannedBy: 'eicar' })),
  );
  for (const { signature, body } of told)
    expect(signature).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const events = told.map(({ body }) => eventSchema.parse(JSON.parse(body)));
  // Delivered at least once: a repeated event has the same id.
  const sources = new Map(events.map(({ id, source }) => [id, source]));
  expect([...sources.values()].sort()).toEqual(runs.map((run) => `/chains/media/runs/${run}`).sort());
}

const eventSchema = z.object({
  specversion: z.literal('1.0'),
  type: z.literal('io.tally.media.ready'),
  id: z.string(),
  source: z.string(),
  data: z.object({ metadata: z.object({ seconds: z.number() }), loudness: z.object({ lufs: z.number() }) }),
});

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const client = TableClient.fromConnectionString(system.storage(), table, { allowInsecureConnection: true });
  for await (const row of client.listEntities()) rows.push(row);
  return rows;
}

const uploadedSchema = z.array(
  z.object({
    file: z.string(),
    blob: z.string(),
    status: z.object({ runtimeStatus: z.string(), output: z.object({ metadata: z.unknown() }) }),
  }),
);

test(
  'tally upload puts a file of this machine into the chain media, under its own name',
  async () => {
    const { place } = await approveOnce();
    const upload = runCommandLine('tally', [
      'upload',
      join(place, '*.mp4'),
      '--watch',
      '--json',
      '--url',
      system.url(),
    ]);
    expect(await upload.ended(), upload.output()).toBe(0);
    const [only, ...others] = uploadedSchema.parse(JSON.parse(upload.stdout()));
    expect(others).toEqual([]);
    expect(only?.blob).toMatch(/^[0-9a-f-]{36}\.mp4$/);
    expect(only).toMatchObject({
      file: 'order.mp4',
      status: { runtimeStatus: 'Completed', output: { metadata: { width: 320, videoCodec: 'AVC' } } },
    });
  },
  commandGuardMs,
);

test('a wrong command line is reported with exit code 2', async () => {
  const two = runCommandLine('demo', ['orders', '--approve', '--reject']);
  expect(await two.ended()).toBe(2);
  const none = runCommandLine('demo', ['orders']);
  expect(await none.ended()).toBe(2);
  expect(none.output()).toContain('pass --approve, --reject or --timeout 5s');
  const nowhere = runCommandLine('tally', ['upload', 'nothing.mp4', '--url', system.url()]);
  expect(await nowhere.ended()).toBe(2);
  expect(nowhere.output()).toContain('nothing.mp4: no file');
});
