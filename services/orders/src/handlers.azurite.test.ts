import { join } from 'node:path';
import { blobsFor, connectBlobs, workFolder } from '@tally/blobs';
import { type Blobs, blobRefSchema, type HandlerTable } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { inParts, readSettings } from '@tally/functions-kit';
import { listMails, startMailCatcher } from '@tally/mails';
import { startTemporaryAzurite, temporaryFolder } from '@tally/testing';
import { getDocumentProxy } from 'unpdf';
import { beforeAll, expect, test } from 'vitest';
import { orderHandlers } from './handlers.ts';
import { orderPartsOf, orderSettings, prepareOrders } from './order-parts.ts';
import { order, workOf } from './order-work.fixture.ts';

// One test through all composed parts, each the real one: tables and blobs, ffmpeg, SMTP.

let table: HandlerTable;
let mailFolder = '';
let blobsOf: (node: string) => Blobs;
beforeAll(async () => {
  const [azurite, root] = await Promise.all([startTemporaryAzurite({ blob: true }), temporaryFolder()]);
  mailFolder = join(root.path, 'mails');
  const catcher = await startMailCatcher({ folder: mailFolder });
  const connection = { kind: 'connectionString', value: azurite.connectionString } as const;
  const store = connectBlobs(connection);
  await store.createContainers(['files']);
  blobsOf = (node) =>
    blobsFor(store, { container: 'files', folder: workFolder({ run: 'run-1', generation: 'abc', node, since: 1 }) });
  const environment = {
    TALLY_SMTP_HOST: catcher.host,
    TALLY_SMTP_PORT: String(catcher.port),
    TALLY_MAIL_FROM: 'shop@example.org',
    TALLY_ORDERS_APPROVER: 'boss@example.org',
  };
  const parts = orderPartsOf(connection, readSettings(inParts(orderSettings), environment));
  await prepareOrders(parts);
  table = orderHandlers(parts);
  return async () => {
    await Promise.all([catcher.stop(), azurite.stop()]);
    await root.remove();
  };
});

async function run(node: string, input: Json): Promise<unknown> {
  const handler = table.handlers[node];
  if (handler === undefined) throw new Error(`there is no handler for ${node}`);
  return await handler({ ...workOf(node, input), blobs: blobsOf(node), index: 0 });
}

test('an order is saved, gets its files, is sent for approval and answered, and a repetition adds nothing', async () => {
  for (let delivery = 1; delivery <= 2; delivery++) {
    await run('save', order);
    const pdf = blobRefSchema.parse(await run('pdf', { order, startedAt: '2026-03-01T12:00:00.000Z' }));
    const video = blobRefSchema.parse(await run('video', order));
    const files = { pdf, video };
    await run('ask', { order, files });
    await run('email', { order, files });
  }
  const mails = await listMails(mailFolder);
  expect(mails.map(({ to }) => to)).toEqual([['boss@example.org'], ['zoe@example.org']]);

  // What the customer gets who opens the links.
  const opened = await Promise.all((mails[1]?.links ?? []).map(open));
  expect(opened.map(({ type }) => type)).toEqual(['application/pdf', 'video/mp4']);
  const [pdf, video] = opened;
  expect((await getDocumentProxy(pdf?.bytes ?? new Uint8Array())).numPages).toBe(1);
  expect(Buffer.from(video?.bytes.subarray(4, 8) ?? []).toString()).toBe('ftyp');
});

async function open(link: string): Promise<{ type: string | null; bytes: Uint8Array }> {
  const answer = await fetch(link);
  return { type: answer.headers.get('content-type'), bytes: new Uint8Array(await answer.arrayBuffer()) };
}
