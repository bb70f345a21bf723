import { defineChain, FatalError, handlersFor, inBulk, RetryAfterError } from '@tally/chain';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { testChain } from './test-chain.ts';

const text = z.object({ text: z.string() });
const count = z.object({ n: z.number() });

const hello = defineChain({ name: 'hello', version: 1, app: 'hello', input: z.object({ name: z.string() }) })
  .task('greet', { result: text })
  .task('shout', { after: ['greet'], input: ({ greet }) => greet.output, result: text })
  .output(({ shout }) => shout.output);

const greet = async ({ input }: { readonly input: { readonly name: string } }) => ({ text: `Hello ${input.name}` });
const shout = async ({ input }: { readonly input: { readonly text: string } }) => ({ text: input.text.toUpperCase() });

describe('a sequence', () => {
  test("runs to its end, each node on its predecessor's output", async () => {
    const tested = testChain(hello, { greet, shout });
    const run = await tested.start({ name: 'Ada' });
    expect(await run.toEnd()).toEqual({
      status: 'Completed',
      output: { text: 'HELLO ADA' },
      error: undefined,
      nodes: {
        greet: { state: 'succeeded', output: { text: 'Hello Ada' }, attempts: 1 },
        shout: { state: 'succeeded', output: { text: 'HELLO ADA' }, attempts: 1 },
      },
    });
    expect(tested.calls.map(({ node, input, attempt, answer }) => ({ node, input, attempt, answer }))).toEqual([
      { node: 'greet', input: { name: 'Ada' }, attempt: 1, answer: { gave: { text: 'Hello Ada' } } },
      { node: 'shout', input: { text: 'Hello Ada' }, attempt: 1, answer: { gave: { text: 'HELLO ADA' } } },
    ]);
  });

  test('can be observed in the middle, and several runs can exist side by side', async () => {
    const tested = testChain(hello, { greet, shout });
    const [ada, bob] = [await tested.start({ name: 'Ada' }), await tested.start({ name: 'Bob' })];
    expect([ada.id, bob.id]).toEqual(['run', 'run-2']);
    expect((await ada.until('shout', 'out')).nodes.greet.state).toBe('succeeded');
    expect((await ada.toEnd()).output).toEqual({ text: 'HELLO ADA' });
    expect((await bob.toEnd()).output).toEqual({ text: 'HELLO BOB' });
  });

  test("accepts an app's handlers", async () => {
    const run = await testChain(hello, handlersFor(hello, 'hello', { greet, shout })).start({ name: 'Ada' });
    expect((await run.toEnd()).status).toBe('Completed');
  });

  test('refuses an invalid input, a missing handler and an extra handler', async () => {
    await expect(testChain(hello, { greet, shout }).start({ nam: 'Ada' })).rejects.toThrow(
      /input does not fit chain "hello"/,
    );
    // @ts-expect-error a handler is missing
    expect(() => testChain(hello, { greet })).toThrow('chain "hello", node "shout": the test gives it no handler');
    const extra = { greet, shout, sing: greet };
    expect(() => testChain(hello, extra)).toThrow('node "sing": the test gives it a handler, but it takes none');
  });
});

describe.each([
  ['twice, all messages', { deliverTwice: true }, 2],
  ['by processes that die after their handler', { crash: 'after-handler' }, 2],
  ['by processes that die before they send', { crash: 'before-send' }, 1],
] as const)('delivered %s', (_, options, times) => {
  test('a chain has the same result; its handlers see the same key', async () => {
    const tested = testChain(hello, { greet, shout }, options);
    const run = await tested.start({ name: 'Ada' });
    expect((await run.toEnd()).output).toEqual({ text: 'HELLO ADA' });
    for (const node of ['greet', 'shout']) {
      const keys = tested.callsOf(node).map(({ key }) => key);
      expect(keys).toHaveLength(times);
      expect(new Set(keys).size).toBe(1);
    }
  });
});

describe('a node that fails', () => {
  const broken = async () => await Promise.reject(new Error('the printer burns'));

  test('is tried again after its pauses, which take no real time', async () => {
    let tries = 0;
    const tested = testChain(hello, {
      greet: async (work) => {
        tries += 1;
        if (tries === 1) throw new RetryAfterError('Busy', 'come again', '3h');
        if (tries === 2) throw new Error('not yet');
        return await greet(work);
      },
      shout,
    });
    const run = await tested.start({ name: 'Ada' });
    const began = tested.now.getTime();
    expect((await run.toEnd()).nodes.greet).toMatchObject({ state: 'succeeded', attempts: 3 });
    expect(tested.now.getTime() - began).toBeGreaterThanOrEqual(3 * 3_600_000);
    expect(tested.callsOf('greet').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  const alarmed = defineChain({ name: 'alarmed', version: 1, app: 'a', input: count })
    .task('print', { result: count, retry: { attempts: 2, first: '10s' } })
    .task('file', { after: ['print'], input: ({ print }) => print.output, result: count })
    .whenFailed('alert', {
      input: ({ verdict }) => (verdict.status === 'failed' ? { code: verdict.code } : { code: '' }),
      result: z.literal('told'),
    })
    .output(({ file }) => file.output);

  test('fails its run, and then the closing nodes run', async () => {
    const tested = testChain(alarmed, { print: broken, file: async ({ input }) => input, alert: async () => 'told' });
    const run = await tested.start({ n: 1 });
    const { status, error, nodes } = await run.toEnd();
    expect(status).toBe('Failed');
    expect(error?.message).toContain('burns');
    expect(nodes).toMatchObject({
      print: { state: 'failed', attempts: 2, error: { message: 'the printer burns' } },
      file: { state: 'notDue' },
      alert: { state: 'succeeded', output: 'told' },
    });
    expect(tested.callsOf('alert')[0]?.input).toEqual({ code: error?.code });
  });

  test('continues after a rewind', async () => {
    let isMended = false;
    const tested = testChain(alarmed, {
      print: async ({ input }) => (isMended ? input : await broken()),
      file: async ({ input }) => input,
      alert: async () => 'told',
    });
    const run = await tested.start({ n: 7 });
    expect((await run.toEnd()).status).toBe('Failed');
    isMended = true;
    await run.rewind();
    expect(await run.toEnd()).toMatchObject({ status: 'Completed', output: { n: 7 } });
  });

  test('is reported if the test waits for something else', async () => {
    const fatal = async () => await Promise.reject(new FatalError('Jam', 'paper'));
    const tested = testChain(alarmed, { print: fatal, file: async ({ input }) => input, alert: async () => 'told' });
    const run = await tested.start({ n: 1 });
    await expect(run.until('file', 'succeeded')).rejects.toThrow(
      /node "file" is not succeeded: .*print failed \(Jam, paper\)/,
    );
  });
});

describe('a wait', () => {
  const asked = defineChain({ name: 'asked', version: 1, app: 'a', input: count })
    .task('ask', { result: z.object({ link: z.string() }) })
    .wait('answer', {
      after: ['ask'],
      event: 'Answer',
      payload: z.enum(['yes', 'no']),
      timeout: '30d',
      onFailure: 'continue',
    })
    .task('thank', { after: ['answer'], when: ({ answer }) => answer.status === 'succeeded', result: count })
    .output(({ answer }) => (answer.status === 'succeeded' ? answer.output : 'late'));
  const tested = () =>
    testChain(asked, {
      ask: async ({ eventUrl }) => ({ link: eventUrl('Answer', 'yes') }),
      thank: async ({ input }) => input,
    });

  test('continues with its event', async () => {
    const run = await tested().start({ n: 1 });
    expect((await run.until('answer', 'waiting')).nodes.answer.until).toBe('2026-01-31T00:00:00.000Z');
    await run.raise('Answer', 'no');
    expect((await run.toEnd()).output).toBe('no');
  });

  test('continues by the address that a handler has made', async () => {
    const run = await tested().start({ n: 1 });
    const { nodes } = await run.until('answer', 'waiting');
    await run.follow(z.object({ link: z.string() }).parse(nodes.ask.output).link);
    expect((await run.toEnd()).output).toBe('yes');
  });

  test('ends exactly at its time limit', async () => {
    const test = tested();
    const run = await test.start({ n: 1 });
    expect((await run.pass('29d')).nodes.answer.state).toBe('waiting');
    const { output, nodes } = await run.toEnd();
    expect(output).toBe('late');
    expect(nodes.answer.state).toBe('timedOut');
    expect(nodes.thank.state).toBe('skipped');
    expect(nodes.thank.why).not.toBe('');
    expect(test.now.toISOString()).toMatch(/^2026-01-31/);
  });

  test('refuses other events, and other payloads', async () => {
    const run = await tested().start({ n: 1 });
    await expect(run.raise('Anwser', 'yes')).rejects.toThrow('waits for no event "Anwser"; it waits for: "Answer"');
    await expect(run.raise('Answer', 'perhaps')).rejects.toThrow(/its payload doesn't fit/);
  });

  test('of a suspended run continues after the resume; of a terminated run it never does', async () => {
    const run = await tested().start({ n: 1 });
    await run.until('answer', 'waiting');
    await run.suspend();
    await run.raise('Answer', 'yes');
    await expect(run.until('thank', 'succeeded')).rejects.toThrow('await run.resume()');
    await run.resume();
    expect((await run.toEnd()).output).toBe('yes');
    const other = await tested().start({ n: 1 });
    await other.terminate('no more');
    expect((await other.toEnd()).status).toBe('Terminated');
    await expect(other.raise('Answer', 'yes')).rejects.toThrow('refused');
  });

  test('without a time-out is reported with what it needs', async () => {
    const patient = defineChain({ name: 'patient', version: 1, app: 'a', input: count })
      .wait('answer', { event: 'Answer', payload: z.boolean() })
      .output(({ answer }) => answer.output);
    const run = await testChain(patient, {}).start({ n: 1 });
    await expect(run.toEnd()).rejects.toThrow(
      `has not ended, and nothing is due any more: the run is Running; its nodes: answer waiting. It continues with: await run.raise('Answer', …)`,
    );
  });
});

describe('a map', () => {
  const sums = defineChain({ name: 'sums', version: 1, app: 'a', input: z.object({ upTo: z.number() }) })
    .map('square', {
      items: ({ run }) => Array.from({ length: run.input.upTo }, (_, index) => index),
      item: z.number(),
      result: z.number(),
      fold: { schema: z.number(), empty: 0, add: (sum, _i, _n, squared) => sum + squared, merge: (a, b) => a + b },
      tolerate: { count: 1 },
    })
    .output(({ square }) => square.output.fold);

  test('passes each item through its handler, and folds the results', async () => {
    const tested = testChain(sums, { square: async ({ input }) => input * input });
    const run = await tested.start({ upTo: 100 });
    const { output, nodes } = await run.toEnd();
    expect(output).toBe(328_350);
    expect(nodes.square.counts).toEqual({ total: 100, succeeded: 100, failed: 0 });
    expect(tested.calls.map(({ item }) => item).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  test("passes a chunk's items to a handler that takes many at once, and retries those with an error", async () => {
    const sizes: number[] = [];
    const square = inBulk<number, number>(async ({ items }) => {
      sizes.push(items.length);
      return items.map(({ input, attempt }) => (input === 7 && attempt === 1 ? new Error('busy') : input * input));
    });
    const tested = testChain(sums, { square });
    const run = await tested.start({ upTo: 100 });
    expect((await run.toEnd()).output).toBe(328_350);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(101);
    const tries = tested.calls.filter(({ item }) => item === 7).map(({ attempt, answer }) => ({ attempt, answer }));
    expect(tries).toEqual([
      { attempt: 1, answer: { threw: new Error('busy') } },
      { attempt: 2, answer: { gave: 49 } },
    ]);
  });

  test('tolerates as many failed items as it may', async () => {
    const tested = testChain(sums, {
      square: async ({ input }) => (input === 2 ? await Promise.reject(new FatalError('Odd', 'even')) : input),
    });
    const run = await tested.start({ upTo: 4 });
    expect(await run.toEnd()).toMatchObject({ output: 4, nodes: { square: { counts: { succeeded: 3, failed: 1 } } } });
  });

  test('delivered twice, counts each item once', async () => {
    const tested = testChain(sums, { square: async ({ input }) => input }, { deliverTwice: true });
    const run = await tested.start({ upTo: 70 });
    expect((await run.toEnd()).output).toBe(2_415);
    expect(tested.calls.length).toBe(140);
  });
});

describe('a child', () => {
  const parent = defineChain({ name: 'parent', version: 1, app: 'a', input: z.object({ names: z.string() }) })
    .child('greeting', { chain: hello, input: ({ run }) => ({ name: run.input.names }) })
    .output(({ greeting }) => greeting.output);

  test("runs with its own handlers, and its output is the node's", async () => {
    const tested = testChain(parent, {}, { children: [handlersFor(hello, 'hello', { greet, shout })] });
    const run = await tested.start({ names: 'Ada' });
    const { nodes } = await run.until('greeting', 'child');
    const id = nodes.greeting.runId ?? '';
    await expect(tested.find(id)).rejects.toThrow(`there is no run "${id}" yet`);
    expect((await run.toEnd()).output).toEqual({ text: 'HELLO ADA' });
    expect(await (await tested.find(id)).status()).toMatchObject({
      status: 'Completed',
      output: { text: 'HELLO ADA' },
    });
  });

  test('is reported if its handlers are missing', () => {
    expect(() => testChain(parent, {})).toThrow(
      'node "greeting": it starts chain "hello" in version 1: give its handlers',
    );
  });
});

test('branches run in parallel; the files that they write are available', async () => {
  const branched = defineChain({ name: 'branched', version: 1, app: 'a', input: count })
    .task('left', { result: z.string() })
    .task('right', { app: 'b', result: z.string() })
    .task('join', {
      after: ['left', 'right'],
      input: ({ left, right }) => ({ left: left.output, right: right.output }),
      result: z.string(),
    })
    .output(({ join }) => join.output);
  const tested = testChain(branched, {
    left: async ({ blobs }) => (await blobs.put('left.txt', Buffer.from('L'), 'text/plain')).name,
    right: async () => 'r',
    join: async ({ input }) => `${input.left.split('/').at(-1)} and ${input.right}`,
  });
  const run = await tested.start({ n: 1 });
  expect((await run.toEnd()).output).toBe('left.txt and r');
  expect(await run.files()).toEqual([
    { node: 'left', name: 'left.txt', contentType: 'text/plain', content: Buffer.from('L') },
  ]);
});

test('work that asks to be called again is, after the delay that it asks for', async () => {
  const polled = defineChain({ name: 'polled', version: 1, app: 'a', input: count })
    .task('poll', { result: count })
    .output(({ poll }) => poll.output);
  const tested = testChain(polled, {
    poll: async ({ again, state }) => (state === 2 ? { n: 2 } : again('1h', state === 1 ? 2 : 1)),
  });
  const run = await tested.start({ n: 0 });
  expect((await run.toEnd()).output).toEqual({ n: 2 });
  expect(tested.now.toISOString()).toMatch(/T02:00/);
  expect(tested.calls.map(({ answer }) => answer)).toEqual([{ askedAgain: 1 }, { askedAgain: 2 }, { gave: { n: 2 } }]);
});

test('a run that exceeds its deadline fails', async () => {
  const slow = defineChain({ name: 'slow', version: 1, app: 'a', input: count })
    .sleep('nap', { for: '2d' })
    .output(() => null);
  const run = await testChain(slow, {}).start({ n: 1 }, { deadline: '1d', id: 'mine' });
  expect(await run.toEnd()).toMatchObject({ status: 'Failed', nodes: { nap: { state: 'stopped' } } });
});
