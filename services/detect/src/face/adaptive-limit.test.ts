import { describe, expect, test } from 'vitest';
import { AdaptiveLimit, type Caller, type Verdict } from './adaptive-limit.ts';
import { manualTiming, settled } from './manual-timing.fixture.ts';

const never: Caller = { lane: 'all', run: 'one', signal: new AbortController().signal };
const served: Verdict = { kind: 'served' };
const throttled: Verdict = { kind: 'throttled', pauseMs: 0 };
const unclear: Verdict = { kind: 'unclear' };

/** Calls that end when and how the test says. */
function callsThrough(limit: AdaptiveLimit) {
  const started: PromiseWithResolvers<Verdict>[] = [];
  return {
    /** All calls that have started, in order of their start. */
    started,
    begin: (count: number, signal = never) => {
      const call = () => {
        const ending = Promise.withResolvers<Verdict>();
        started.push(ending);
        return ending.promise;
      };
      return Array.from({ length: count }, async () => await limit.run(call, (verdict) => verdict, signal));
    },
    end: async (which: number, verdict: Verdict) => {
      started[which]?.resolve(verdict);
      await settled();
    },
  };
}

describe('concurrent calls', () => {
  test('never exceed the limit, and start in the order of their arrival', async () => {
    const limit = new AdaptiveLimit(2, manualTiming());
    const order: number[] = [];
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const runs = gates.map((gate, index) =>
      limit.run(
        async () => {
          order.push(index);
          await gate.promise;
        },
        () => served,
        never,
      ),
    );
    await settled();
    expect(order).toEqual([0, 1]);
    gates[1]?.resolve();
    await settled();
    expect(order).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all(runs);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  test('start by turns if several runs wait: the last one does not wait for all earlier ones', async () => {
    const limit = new AdaptiveLimit(1, manualTiming());
    const order: string[] = [];
    const calls = ['a', 'a', 'a', 'b'].map((run) =>
      limit.run(
        async () => {
          order.push(run);
          await settled();
        },
        () => served,
        { ...never, run },
      ),
    );
    await Promise.all(calls);
    expect(order).toEqual(['a', 'a', 'b', 'a']);
  });

  test('release their place when they throw', async () => {
    const limit = new AdaptiveLimit(1, manualTiming());
    const failing = limit.run(
      async () => {
        throw new Error('cut off');
      },
      () => served,
      never,
    );
    await expect(failing).rejects.toThrow('cut off');
    expect(
      await limit.run(
        async () => 'done',
        () => served,
        never,
      ),
    ).toBe('done');
    expect(limit.limit).toBe(1);
  });
});

describe('a caller whose signal aborts', () => {
  test('before it has a place leaves the queue and takes none', async () => {
    const limit = new AdaptiveLimit(1, manualTiming());
    const calls = callsThrough(limit);
    const [first] = calls.begin(1);
    const ended = new AbortController();
    const [second] = calls.begin(1, { ...never, signal: ended.signal });
    const [third] = calls.begin(1);
    await settled();
    ended.abort(new Error('the run has ended'));
    await expect(second).rejects.toThrow('the run has ended');
    await calls.end(0, served);
    await calls.end(1, served);
    await Promise.all([first, third]);
    expect(calls.started).toHaveLength(2);
  });

  test('just after it got its place releases the place', async () => {
    const limit = new AdaptiveLimit(1, manualTiming());
    const ended = new AbortController();
    const run = limit.run(
      async () => 'called',
      () => served,
      { ...never, signal: ended.signal },
    );
    ended.abort(new Error('the run has ended'));
    await Promise.allSettled([run]);
    const calls = callsThrough(limit);
    const [next] = calls.begin(1);
    await settled();
    expect(calls.started).toHaveLength(1);
    await calls.end(0, served);
    await next;
  });

  test('before it asked is not called', async () => {
    const calls = callsThrough(new AdaptiveLimit(1, manualTiming()));
    await expect(calls.begin(1, { ...never, signal: AbortSignal.abort(new Error('ended')) })[0]).rejects.toThrow(
      'ended',
    );
    expect(calls.started).toHaveLength(0);
  });
});

describe('a refusal because of load', () => {
  test('halves the limit once for all calls in flight', async () => {
    const limit = new AdaptiveLimit(8, manualTiming());
    const calls = callsThrough(limit);
    const runs = calls.begin(16);
    await settled();
    expect(calls.started).toHaveLength(8);
    for (let call = 0; call < 8; call += 1) await calls.end(call, throttled);
    expect(limit.limit).toBe(4);
    expect(calls.started).toHaveLength(12);
    await calls.end(8, throttled);
    expect(limit.limit).toBe(2);
    for (let call = 9; call < 16; call += 1) await calls.end(call, throttled);
    await Promise.all(runs);
    expect(calls.started).toHaveLength(16);
  });

  test('leaves at least one call', async () => {
    const limit = new AdaptiveLimit(1, manualTiming());
    await limit.run(
      async () => throttled,
      (verdict) => verdict,
      never,
    );
    expect(limit.limit).toBe(1);
    expect(
      await limit.run(
        async () => 'still here',
        () => served,
        never,
      ),
    ).toBe('still here');
  });

  test('is undone by served calls, one place a round, up to the setting', async () => {
    const limit = new AdaptiveLimit(4, manualTiming());
    const call = async (verdict: Verdict) =>
      await limit.run(
        async () => verdict,
        (same) => same,
        never,
      );
    await call(throttled);
    expect(limit.limit).toBe(2);
    await call(served);
    expect(limit.limit).toBe(2.5);
    await call(unclear);
    expect(limit.limit).toBe(2.5);
    await call(served);
    expect(limit.limit).toBeCloseTo(2.9);
    for (let round = 0; round < 20; round += 1) await call(served);
    expect(limit.limit).toBe(4);
  });

  test('pauses the start of all calls for as long as it asks for', async () => {
    const timing = manualTiming();
    const limit = new AdaptiveLimit(4, timing);
    await limit.run(
      async () => 0,
      () => ({ kind: 'throttled', pauseMs: 2_000 }),
      never,
    );
    const calls = callsThrough(limit);
    const [run] = calls.begin(1);
    await settled();
    await timing.advance(1_999);
    expect(calls.started).toHaveLength(0);
    await timing.advance(1);
    expect(calls.started).toHaveLength(1);
    await calls.end(0, served);
    await run;
  });

  test('during a pause extends the pause, and never shortens it', async () => {
    const timing = manualTiming();
    const limit = new AdaptiveLimit(4, timing);
    const early = callsThrough(limit);
    const runs = early.begin(2);
    await settled();
    await early.end(0, { kind: 'throttled', pauseMs: 1_000 });
    const late = callsThrough(limit);
    const [second] = late.begin(1);
    await settled();
    await early.end(1, { kind: 'throttled', pauseMs: 5_000 });
    await timing.advance(1_000);
    expect(late.started).toHaveLength(0);
    await timing.advance(4_000);
    expect(late.started).toHaveLength(1);
    await late.end(0, served);
    await Promise.all([...runs, second]);
  });

  test('pauses for at most half a minute; then few calls ask again', async () => {
    const timing = manualTiming();
    const limit = new AdaptiveLimit(4, timing);
    await limit.run(
      async () => 0,
      () => ({ kind: 'throttled', pauseMs: 3_600_000 }),
      never,
    );
    const calls = callsThrough(limit);
    const [run] = calls.begin(1);
    await timing.advance(30_000);
    expect(calls.started).toHaveLength(1);
    await calls.end(0, served);
    await run;
  });
});
