// The file is named for its test project: it needs a real receiver of HTTP requests.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { MemoryBlobs } from '@tally/blobs';
import { RetryAfterError } from '@tally/chain';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failureOf, resultOf, workOn } from '../fixtures/work.fixture.ts';
import { notifyWebhook } from './notify-webhook.ts';

let received: { headers: IncomingHttpHeaders; body: string }[] = [];
let status = 204;
let headers: Record<string, string> = {};
const server = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ headers: request.headers, body });
    response.writeHead(status, headers).end();
  });
});
let port = 0;
beforeAll(async () => {
  port = await listenOnLoopback(server);
});
afterAll(() => closeServer(server));
beforeEach(() => {
  received = [];
  status = 204;
  headers = {};
});

const file = (name: string) => ({ container: 'library', name, bytes: 1 });
const input = {
  source: { url: 'https://files.example/a.mp4?sig=secret' },
  library: file('a run/g1.mp4'),
  type: 'video/mp4',
  metadata: { format: 'MPEG-4', seconds: 2, width: 320, height: 240, videoCodec: 'AVC', audioCodec: 'AAC' },
  web: file('web.mp4'),
  thumbnail: file('thumbnail.jpg'),
  loudness: { lufs: -23 },
} as const;

const notify = (options: { secret?: string; isAllowed?: boolean } = {}) => {
  const allowHosts = new Set(options.isAllowed === false ? [] : [`127.0.0.1:${port}`]);
  const webhook = { url: `http://127.0.0.1:${port}/hook`, secret: options.secret, allowHosts };
  return resultOf(notifyWebhook(webhook), workOn(new MemoryBlobs(), 'notify', input));
};

test('the receiver gets a CloudEvent with the same id and bytes at each try', async () => {
  expect(await notify()).toEqual({ id: 'a run:g1:notify.0', sent: true });
  await notify();
  const [first, second] = received;
  expect(first?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  expect(first?.headers['tally-signature-256']).toBeUndefined();
  expect(JSON.parse(first?.body ?? '')).toEqual({
    specversion: '1.0',
    id: 'a run:g1:notify.0',
    source: '/chains/media/runs/a%20run',
    type: 'io.tally.media.ready',
    subject: 'a run/g1.mp4',
    datacontenttype: 'application/json',
    data: { ...input, source: { url: 'https://files.example/a.mp4?[cut]' } },
  });
  expect(second?.body).toBe(first?.body);
});

test('with a secret the body is signed', async () => {
  await notify({ secret: 'a secret of the two' });
  const [{ headers: sent, body } = { headers: {}, body: '' }] = received;
  const signature = createHmac('sha256', 'a secret of the two').update(body).digest('hex');
  expect(sent['tally-signature-256']).toBe(`sha256=${signature}`);
});

test('an internal address that no setting allows is not called', async () => {
  expect(await failureOf(notify({ isAllowed: false }))).toBe('FatalError WebhookRefused');
  expect(received).toEqual([]);
});

test.each([301, 304, 400, 401, 404, 410, 422])('the answer %d is final', async (answer) => {
  status = answer;
  expect(await failureOf(notify())).toBe('FatalError WebhookRefused');
});

test.each([408, 429, 500, 502, 503])(
  'the answer %d is tried again, after the time that it asks for',
  async (answer) => {
    status = answer;
    expect(await failureOf(notify())).toBe('Error');
    headers = { 'retry-after': '7' };
    const failed = await notify().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RetryAfterError);
    expect(failed).toMatchObject({ code: 'WebhookBusy', afterMs: 7_000 });
  },
);

test('an unreachable receiver is tried again', async () => {
  const gone = createServer();
  const gonePort = await listenOnLoopback(gone);
  await closeServer(gone);
  const allowHosts = new Set([`127.0.0.1:${gonePort}`]);
  const webhook = { url: `http://127.0.0.1:${gonePort}/`, secret: undefined, allowHosts };
  const work = workOn(new MemoryBlobs(), 'notify', input);
  expect(await failureOf(resultOf(notifyWebhook(webhook), work))).toBe('FetchError HostUnreachable');
});

test('without a webhook no event is sent, and the result says so', async () => {
  const work = workOn(new MemoryBlobs(), 'notify', input);
  expect(await resultOf(notifyWebhook(undefined), work)).toEqual({ id: 'a run:g1:notify.0', sent: false });
});
