import { beforeAll, describe, expect, test } from 'vitest';
import { MessageTextError, MessageTooLargeError } from './errors.ts';
import type { Queues } from './port.ts';

/** What a receiver gets from a queue. The port doesn't receive; the Functions host does. */
export interface Receiver {
  /** Hides visible messages for a while, and gives their texts and how often each has been delivered. */
  receive(queue: string, max: number): Promise<readonly { readonly text: string; readonly dequeueCount: number }[]>;
}

let queues = 0;

/** What every implementation of the port does, in memory or on an account. */
export function describeQueues(name: string, connect: () => Promise<{ queues: Queues; receiver: Receiver }>): void {
  describe(`queues: ${name}`, () => {
    let port: Queues;
    let receiver: Receiver;
    beforeAll(async () => {
      ({ queues: port, receiver } = await connect());
    });
    const newQueue = async () => {
      queues += 1;
      const queue = `conformance-${queues}`;
      await port.create([queue]);
      return queue;
    };

    test('creating an existing queue changes nothing', async () => {
      const queue = await newQueue();
      await port.send(queue, 'kept');
      await port.create([queue]);
      expect(await port.depth(queue)).toBe(1);
    });

    test('a message arrives as exactly the text that was sent', async () => {
      const queue = await newQueue();
      const text = JSON.stringify({ url: 'http://x.test/?a=1&b=<2>', words: `it's "ünïcode" 🙂`, lines: 'a\nb' });
      await port.send(queue, text);
      expect(await receiver.receive(queue, 32)).toEqual([{ text, dequeueCount: 1 }]);
    });

    test('a message of 48 KiB arrives completely; one over 64 KiB is refused with its size', async () => {
      const queue = await newQueue();
      const text = JSON.stringify({ padding: 'x'.repeat(48 * 1024) });
      await port.send(queue, text);
      expect(await receiver.receive(queue, 1)).toEqual([{ text, dequeueCount: 1 }]);
      const sending = port.send(queue, 'ü'.repeat(32 * 1024 + 1));
      await expect(sending).rejects.toBeInstanceOf(MessageTooLargeError);
      await expect(sending).rejects.toThrow(`queue ${queue} has 65538 bytes`);
    });

    test.each(['\u0000', '\u001f', '\ufffe', '\uffff', '\ud800'])(
      'text that no XML document can contain is refused: %j',
      async (character) => {
        const queue = await newQueue();
        await expect(port.send(queue, `a${character}b`)).rejects.toBeInstanceOf(MessageTextError);
        expect(await port.depth(queue)).toBe(0);
      },
    );

    test('a message sent hidden is counted, but neither delivered nor seen at the head', async () => {
      const queue = await newQueue();
      await port.send(queue, 'later', 3_600_000);
      expect(await receiver.receive(queue, 32)).toEqual([]);
      expect(await port.headInsertedAt(queue)).toBeNull();
      expect(await port.depth(queue)).toBe(1);
    });

    test("a delay beyond the queue's limit is cut to seven days", async () => {
      const queue = await newQueue();
      await port.send(queue, 'much later', 30 * 24 * 3_600_000);
      expect(await port.depth(queue)).toBe(1);
      expect(await receiver.receive(queue, 1)).toEqual([]);
    });

    test('the head is the oldest visible message; an empty queue has none', async () => {
      const queue = await newQueue();
      expect(await port.headInsertedAt(queue)).toBeNull();
      await port.send(queue, 'first');
      const first = await port.headInsertedAt(queue);
      expect(first).toBeTypeOf('number');
      await port.send(queue, 'second');
      expect(await port.headInsertedAt(queue)).toBe(first);
      expect((await receiver.receive(queue, 2)).map(({ text }) => text)).toEqual(['first', 'second']);
      expect(await port.headInsertedAt(queue)).toBeNull();
    });

    test('a peek shows the oldest visible messages and does not change them', async () => {
      const queue = await newQueue();
      expect(await port.peek(queue)).toEqual([]);
      await port.send(queue, 'hidden', 3_600_000);
      for (let number = 0; number < 34; number += 1) await port.send(queue, `message ${number}`);
      for (let times = 0; times < 2; times += 1) {
        const seen = await port.peek(queue);
        expect(seen.map(({ text }) => text)).toEqual(Array.from({ length: 32 }, (_, number) => `message ${number}`));
        expect([...new Set(seen.map(({ deliveries }) => deliveries))]).toEqual([0]);
        expect(seen[0]?.insertedAt).toBe(await port.headInsertedAt(queue));
      }
      expect((await receiver.receive(queue, 1)).map(({ dequeueCount }) => dequeueCount)).toEqual([1]);
    });

    test('messages that were delivered too often are taken, others stay, and a taken message can be deleted once', async () => {
      const queue = await newQueue();
      expect(await port.takeDelivered(queue, 0)).toEqual([]);
      await port.send(queue, 'new');
      expect(await port.takeDelivered(queue, 1)).toEqual([]);
      await port.send(queue, 'other');
      const taken = await port.takeDelivered(queue, 0);
      expect(taken.map(({ text, deliveries }) => [text, deliveries])).toEqual([
        ['new', 0],
        ['other', 0],
      ]);
      expect(await receiver.receive(queue, 32)).toEqual([]);
      for (const message of taken) await port.deleteTaken(queue, message);
      for (const message of taken) await port.deleteTaken(queue, message);
      expect(await port.depth(queue)).toBe(0);
    });

    test('a queue that was never created is an error', async () => {
      await expect(port.send('no-such-queue', 'text')).rejects.toThrow(/exist|404/);
      await expect(port.depth('no-such-queue')).rejects.toThrow(/exist|404/);
      await expect(port.headInsertedAt('no-such-queue')).rejects.toThrow(/exist|404/);
    });
  });
}
