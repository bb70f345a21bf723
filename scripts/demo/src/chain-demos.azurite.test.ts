// The demos of the chains orders and media, and tally upload, on one system.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listMails } from '@tally/mails';
import { commandGuardMs, runCommandLine } from '@tally/testing';
import { mediaInfoFactory } from 'mediainfo.js';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const folder = mkdtempSync(join(tmpdir(), 'tally-chain-demos-'));
const start = runCommandLine('start', ['--port', '0', '--chains', 'orders,media', '--data', join(folder, 'data')]);
let url = '';
beforeAll(async () => {
  [, url = ''] = await start.printed(/API {6}(http:\S+)\/api\/runs/);
  await start.printed(/Ctrl-C stops everything/);
}, commandGuardMs);
afterAll(async () => {
  start.signal('SIGINT');
  await start.ended;
  rmSync(folder, { recursive: true, force: true });
}, commandGuardMs);

/** Lets the demo of an order come to its end. @returns what it has printed, and the folder in which it has saved the files */
async function order(...args: readonly string[]) {
  const demo = runCommandLine('demo', ['orders', '--url', url, '--folder', folder, ...args]);
  expect(await demo.ended, demo.output()).toBe(0);
  const [, place = '', files = ''] = /Saved in (.+): (.+)\n$/.exec(demo.stdout()) ?? [];
  return { output: demo.stdout(), place, files };
}

/** To whom mails went, and their subjects without the order's number. */
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
    const info = await mediaInfoFactory({ format: 'JSON' });
    const about = await info.analyzeData(clip.length, (length, offset) => clip.subarray(offset, offset + length));
    expect(about).toContain('"Format":"AVC"');
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
  'two clips go through the chain media, an infected file does not get past its scan',
  async () => {
    const demo = runCommandLine('demo', ['media', '--url', url, '--folder', folder]);
    expect(await demo.ended, demo.output()).toBe(0);
    const thumbnails = [...demo.stdout().matchAll(/The thumbnail is saved: (.+)/g)].map(([, file = '']) => file);
    expect(thumbnails).toHaveLength(2);
    for (const file of thumbnails) expect(readFileSync(file).subarray(0, 3)).toEqual(Buffer.of(0xff, 0xd8, 0xff));
    expect(demo.stdout().match(/"lufs": -\d+/g)).toHaveLength(2);
    const [, infected = ''] = demo.stdout().split('\ninfected.mp4\n');
    expect(infected).toContain("ended as Failed. Infected: the file holds EICAR's test signature");
    expect(infected).toContain('Nothing after the scan has begun.');
  },
  commandGuardMs,
);

const uploadedSchema = z.array(
  z.object({
    file: z.string(),
    blob: z.string(),
    status: z.object({ runtimeStatus: z.string(), output: z.object({ metadata: z.unknown() }) }),
  }),
);

test(
  'tally upload takes a file of this machine into the chain media, under a name of its own',
  async () => {
    const { place } = await approveOnce();
    const upload = runCommandLine('tally', ['upload', join(place, '*.mp4'), '--watch', '--json', '--url', url]);
    expect(await upload.ended, upload.output()).toBe(0);
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

test('a wrong command line is told with exit code 2', async () => {
  const two = runCommandLine('demo', ['orders', '--approve', '--reject']);
  expect(await two.ended).toBe(2);
  const none = runCommandLine('demo', ['orders']);
  expect(await none.ended).toBe(2);
  expect(none.output()).toContain('say --approve, --reject or --timeout 5s');
  const nowhere = runCommandLine('tally', ['upload', 'nothing.mp4', '--url', url]);
  expect(await nowhere.ended).toBe(2);
  expect(nowhere.output()).toContain('nothing.mp4: no file');
});
