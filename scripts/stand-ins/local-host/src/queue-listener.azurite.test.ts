import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { type Azurite, startAzurite } from '@tally/azurite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FixtureHost, until } from '../fixtures/fixture-host.ts';

let azurite: Azurite;
let service: QueueServiceClient;
beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
afterAll(() => azurite.stop());

describe('a queue function', () => {
  let queue: QueueClient;
  let poison: QueueClient;
  const fixtures: FixtureHost[] = [];
  let tests = 0;

  beforeEach(async () => {
    const name = `work-${++tests}`;
    queue = service.getQueueClient(name);
    poison = service.getQueueClient(`${name}-poison`);
    await queue.create();
  });
  afterEach(async () => {
    for (const fixture of fixtures.splice(0)) await fixture.dispose();
  });

  async function fixture(
    queues: object = {},
    env: Record<string, string> = {},
    functions = 'queue',
    host: object = {},
  ): Promise<FixtureHost> {
    const settings = { FixtureStorage: azurite.connectionString, WORK_QUEUE: queue.name, ...env };
    const created = await FixtureHost.create(functions, settings, queues, host);
    fixtures.push(created);
    return created;
  }

  async function isEmpty(client: QueueClient): Promise<boolean> {
    return (await client.getProperties()).approximateMessagesCount === 0;
  }

  it('gets each message once, and the message is deleted (rules 3 and 9)', async () => {
    const work = await fixture();
    for (let n = 0; n < 40; n++) await queue.sendMessage(JSON.stringify({ n }));
    const host = await work.start();
    await until(() => isEmpty(queue));
    await host.stop();
    const seen = work.evidence('end').map(({ message }) => JSON.stringify(message));
    expect(new Set(seen).size).toBe(40);
    expect(seen).toHaveLength(40);
  });

  it("gets the queue's metadata, overwritten by properties of a JSON body (rule 14)", async () => {
    const work = await fixture();
    const { messageId } = await queue.sendMessage('plain text');
    await queue.sendMessage(JSON.stringify({ ID: 'mine', list: [1], none: null, deep: { a: 1 }, dequeueCount: 'x' }));
    await work.start();
    await until(() => work.evidence('end').length === 2);
    const [plain, json] = [...work.evidence('start')].sort((a) => (a.message === 'plain text' ? -1 : 1));
    expect(plain?.metadata).toMatchObject({ id: messageId, dequeueCount: 1, queueTrigger: 'plain text' });
    const { insertionTime, expirationTime, nextVisibleTime } = plain?.metadata ?? {};
    expect([insertionTime, expirationTime, nextVisibleTime].map((time) => Date.parse(String(time)))).not.toContain(
      Number.NaN,
    );
    expect(json?.message).toMatchObject({ ID: 'mine', list: [1] });
    expect(json?.metadata).toMatchObject({ iD: 'mine', deep: { a: 1 }, dequeueCount: 'x' });
    expect(json?.metadata).not.toHaveProperty('id');
    expect(json?.metadata).not.toHaveProperty('list');
    expect(json?.metadata).not.toHaveProperty('none');
  });

  it('gets no more than batchSize + newBatchThreshold messages at once (rule 3)', async () => {
    const work = await fixture({ batchSize: 2, newBatchThreshold: 1 });
    for (let n = 0; n < 6; n++)
      await queue.sendMessage(JSON.stringify({ do: 'hold', name: n < 2 ? `first${n}` : 'rest' }));
    await work.start();
    await until(() => work.evidence('start').length === 2);
    work.release('first0');
    await until(() => work.evidence('start').length === 4);
    work.release('first1');
    work.release('rest');
    await until(() => work.evidence('end').length === 6);
    expect(Math.max(...work.evidence('start').map(({ running }) => running ?? 0))).toBe(3);
  });

  it('waits for a queue that does not exist, and does not create it (rule 1)', async () => {
    await queue.delete();
    const work = await fixture();
    const host = await work.start();
    // When a second host on the same Azurite has served a message, the first poll has happened.
    const other = service.getQueueClient(`${queue.name}-other`);
    await other.create();
    await other.sendMessage('x');
    await (await fixture({}, { WORK_QUEUE: other.name })).start();
    await until(() => isEmpty(other));
    expect(await queue.exists()).toBe(false);
    await queue.create();
    await queue.sendMessage('late');
    await until(() => work.evidence('end').length === 1);
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  });

  it('is called again after it failed, and the message goes to the poison queue after maxDequeueCount attempts (rules 10 and 11)', async () => {
    const work = await fixture({ maxDequeueCount: 3 });
    const text = '{ "do": "fail" , "why": "<&>" }';
    await queue.sendMessage(text);
    await work.start();
    await until(async () => (await poison.exists()) && !(await isEmpty(poison)));
    await until(() => isEmpty(queue));
    expect(work.evidence('start').map(({ metadata }) => metadata?.dequeueCount)).toEqual([1, 2, 3]);
    const [copy] = (await poison.peekMessages()).peekedMessageItems;
    expect(copy).toMatchObject({ messageText: text, dequeueCount: 0 });
  });

  it('gets a failed message back after visibilityTimeout, not after its lease (rule 10)', async () => {
    const work = await fixture({ visibilityTimeout: '00:00:02' });
    await queue.sendMessage(JSON.stringify({ do: 'fail' }));
    await work.start();
    await until(() => work.evidence('start').length === 2);
    const [first, second] = work.evidence('start');
    // Storage counts whole seconds, so the difference may be nearly one second less. The lease is ten
    // minutes.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_000);
    expect(second?.message).toEqual(first?.message);
  });

  it('is not called for a message that was received more often than maxDequeueCount (rule 7)', async () => {
    await queue.sendMessage('crashes its workers');
    for (let n = 0; n < 2; n++) {
      const [item] = (await queue.receiveMessages()).receivedMessageItems;
      await queue.updateMessage(item?.messageId ?? '', item?.popReceipt ?? '', item?.messageText, 0);
    }
    const work = await fixture({ maxDequeueCount: 2 });
    await work.start();
    await until(async () => (await poison.exists()) && !(await isEmpty(poison)));
    await until(() => isEmpty(queue));
    expect(work.evidence('start')).toEqual([]);
  });

  it('may delete the message itself, or lose it to another process: that is no error (rule 9)', async () => {
    const work = await fixture();
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'lost' }));
    const host = await work.start();
    await until(() => work.evidence('start').length === 1);
    await queue.clearMessages();
    work.release('lost');
    await queue.sendMessage('next');
    await until(() => work.evidence('end').length === 2);
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  });

  it('is not called for a text that is not base64, which goes to the poison queue at once and unchanged (rule 13)', async () => {
    const work = await fixture({ messageEncoding: 'base64', maxDequeueCount: 5 });
    // A careless decoder would read "hi".
    await queue.sendMessage('aGk!');
    await queue.sendMessage(Buffer.from('{"n":1}').toString('base64'));
    await work.start();
    await until(async () => (await poison.exists()) && !(await isEmpty(poison)));
    await until(() => isEmpty(queue));
    expect(work.evidence('start').map(({ message }) => message)).toEqual([{ n: 1 }]);
    expect((await poison.peekMessages()).peekedMessageItems[0]?.messageText).toBe('aGk!');
  });

  it('fails for bytes that are not UTF-8 (rule 14)', async () => {
    const work = await fixture({ messageEncoding: 'base64', maxDequeueCount: 2 });
    await queue.sendMessage(Buffer.from([0xff, 0xfe]).toString('base64'));
    await work.start();
    await until(async () => (await poison.exists()) && !(await isEmpty(poison)));
    expect(work.evidence('start')).toEqual([]);
  });

  it('on a poison queue keeps a failed message invisible, and neither poisons nor releases it (rule 12)', async () => {
    const work = await fixture({ maxDequeueCount: 1 }, {}, 'poison');
    await poison.create();
    await poison.sendMessage(JSON.stringify({ do: 'fail' }));
    const host = await work.start();
    await work.told('stays invisible');
    await poison.sendMessage('next');
    await until(() => work.evidence('end').length === 1);
    await host.stop();
    expect(work.evidence('start')).toHaveLength(2);
    expect((await poison.receiveMessages()).receivedMessageItems).toEqual([]);
    expect((await poison.getProperties()).approximateMessagesCount).toBe(1);
    expect(await service.getQueueClient(`${poison.name}-poison`).exists()).toBe(false);
  });

  it('keeps a message for its whole run, over many leases (rule 8)', async () => {
    // A renewal has four seconds to arrive, also on a busy machine.
    const env = { TALLY_HOST_LEASE_SECONDS: '8' };
    const work = await fixture({}, env);
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'long' }));
    await work.start();
    await until(() => work.evidence('start').length === 1);
    // The second host would receive the message if it came back.
    await (await fixture({}, env)).start();
    const afterTwoLeases = Date.now() + 17_000;
    await until(() => Date.now() > afterTwoLeases);
    work.release('long');
    await until(() => isEmpty(queue));
    expect(fixtures.flatMap((each) => each.evidence('start'))).toHaveLength(1);
  });

  it('finishes its messages when the host is told to stop, and takes no new ones (rule 15)', async () => {
    const work = await fixture({ batchSize: 1, newBatchThreshold: 0 });
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'drain' }));
    const host = await work.start();
    await until(() => work.evidence('start').length === 1);
    const stopped = host.stop();
    await work.told('stopping; 1 running');
    await queue.sendMessage('for another host');
    work.release('drain');
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(work.evidence('end')).toHaveLength(1);
    const left = (await queue.receiveMessages()).receivedMessageItems.map(({ messageText }) => messageText);
    expect(left).toEqual(['for another host']);
  });

  it("is abandoned after the stop's time limit; its message comes back after the lease (rule 15)", async () => {
    const work = await fixture({}, { TALLY_HOST_DRAIN_SECONDS: '0.2', TALLY_HOST_LEASE_SECONDS: '5' });
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'never' }));
    const host = await work.start();
    await until(() => work.evidence('start').length === 1);
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    await work.told('1 still running after 0.2 s: abandoned');
    await until(async () => (await queue.receiveMessages()).receivedMessageItems.length === 1);
  });

  it('gets the message of a killed host after its lease, as its second delivery (rule 7)', async () => {
    const work = await fixture({}, { TALLY_HOST_LEASE_SECONDS: '5' });
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'killed' }));
    const first = await work.start();
    await until(() => work.evidence('start').length === 1);
    expect(await first.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await work.start();
    await until(() => work.evidence('start').length === 2);
    work.release('killed');
    await until(() => isEmpty(queue));
    expect(work.evidence('start').map(({ pid, metadata }) => [pid, metadata?.dequeueCount])).toEqual([
      [first.pid, 1],
      [second.pid, 2],
    ]);
  });

  it('loses its attempt if the app crashes, and the message is free again at once (rule 17)', async () => {
    const work = await fixture({}, {}, 'queue,http');
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'crash' }));
    const host = await work.start();
    await until(() => work.evidence('start').length === 1);
    expect((await fetch(`${host.url}/api/crash`)).status).toBe(500);
    expect(await host.exited).toEqual({ code: 1, signal: null });
    await work.told('thrown outside of any invocation');
    // The lease is ten minutes, so the message is there only because it was released.
    expect((await queue.receiveMessages()).receivedMessageItems[0]).toMatchObject({ dequeueCount: 2 });
  });

  it('fails if it runs longer than functionTimeout (rule 18)', async () => {
    const work = await fixture({ maxDequeueCount: 2 }, {}, 'queue', { functionTimeout: '00:00:00.3' });
    await queue.sendMessage(JSON.stringify({ do: 'hold', name: 'forever' }));
    await work.start();
    await until(async () => (await poison.exists()) && !(await isEmpty(poison)));
    expect(work.evidence('start')).toHaveLength(2);
    await work.told('ran longer than the functionTimeout of 0.3 s');
  });
});
