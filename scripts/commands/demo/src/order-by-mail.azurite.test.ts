// An order as people see it: a person starts it in a terminal, the approver and the customer get their mails.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { type CaughtMail, listMails } from '@tally/mails';
import { commandGuardMs, runCommandLine, waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { sampleOrder } from './orders/sample-order.ts';
import { startChains } from './started-chains.fixture.ts';

const system = startChains('order-by-mail', 'orders');
const { folder } = system;

/** The options that the run was started with, as its row keeps them. */
async function optionsOf(runId: string) {
  const runs = TableClient.fromConnectionString(system.storage(), 'runs', { allowInsecureConnection: true });
  const { options } = await runs.getEntity(runId, 'run');
  return optionsSchema.parse(JSON.parse(String(options)));
}

const optionsSchema = z.object({ window: z.number(), deadline: z.iso.datetime(), tolerance: z.unknown() });

async function mailTo(address: string): Promise<CaughtMail> {
  return await waitUntil(
    async () => (await listMails(join(folder, 'data', 'mails'))).find(({ to }) => to.includes(address)),
    { describe: `${address} has a mail`, hangGuardMs: commandGuardMs },
  );
}

async function open(link: string, method: 'GET' | 'POST' = 'GET') {
  const answer = await fetch(link, { method });
  expect(answer.status).toBe(200);
  return { type: answer.headers.get('content-type'), body: Buffer.from(await answer.arrayBuffer()) };
}

/** The types of the files that a mail links to, with their first bytes. */
async function filesOf(links: readonly string[]) {
  const files = await Promise.all(links.map((link) => open(link)));
  return files.map(({ type, body }) => [type, body.subarray(0, 8).toString('latin1').replaceAll('\0', '')]);
}

test(
  "an order is started with its options and watched, approved by the link in the mail, opened by the customer's links, and purged with its files",
  async () => {
    const file = join(folder, 'order.json');
    writeFileSync(file, JSON.stringify(sampleOrder()));
    const options = ['--id', 'by-mail', '--window', '7', '--deadline', '2h', '--tolerated', '10%'];
    const watch = runCommandLine('tally', [
      'run',
      '--chain',
      'orders',
      file,
      '--watch',
      ...options,
      '--url',
      system.url(),
    ]);
    const raise = / +npm run tally -- raise by-mail OrderApprovalResult '"Approved"'/;
    await watch.printed(new RegExp(`^approval +waits for OrderApprovalResult, .* left\n${raise.source}$`, 'm'));
    const { window, deadline, tolerance } = await optionsOf('by-mail');
    expect({ window, tolerance }).toEqual({ window: 7, tolerance: { percentage: 10 } });
    expect(Math.round((Date.parse(deadline) - Date.now()) / 3_600_000)).toBe(2);

    const { links } = await mailTo('approver@tally.example');
    const [approve = '', reject = '', ...files] = links;
    const made = [
      ['application/pdf', expect.stringMatching(/^%PDF-1/)],
      ['video/mp4', expect.stringMatching(/ftyp/)],
    ];
    expect(await filesOf(files)).toEqual(made);
    for (const look of [1, 2])
      expect([look, (await open(approve)).body.toString()]).toEqual([
        look,
        expect.stringContaining('<button>Approved</button>'),
      ]);
    expect((await open(approve, 'POST')).body.toString()).toContain('Recorded: Approved');
    expect((await open(reject, 'POST')).body.toString()).toContain('Recorded: Approved');

    expect(await watch.ended(), watch.output()).toBe(0);
    expect(watch.output()).toMatch(/^email +succeeded/m);
    expect(watch.output()).toMatch(/^decline +skipped/m);
    const { links: forCustomer } = await mailTo('zoe@customer.example');
    expect(await filesOf(forCustomer)).toEqual(made);

    const purge = runCommandLine('tally', ['purge', 'by-mail', '--url', system.url()]);
    expect([await purge.ended(), purge.output()]).toEqual([0, 'Run by-mail is deleted.\n']);
    for (const link of [...files, ...forCustomer]) expect((await fetch(link)).status).toBe(404);
  },
  commandGuardMs,
);

test("the check command finds that the system's chains are those of this clone", async () => {
  const check = runCommandLine('tally', ['chains', '--check', '--url', system.url()]);
  expect([await check.ended(), check.output()]).toEqual([0, 'The deployed chains match this clone.\n']);
});
