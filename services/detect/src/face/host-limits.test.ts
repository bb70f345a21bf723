import { expect, test } from 'vitest';
import type { Caller, Verdict } from './adaptive-limit.ts';
import { HostLimits } from './host-limits.ts';
import { manualTiming, settled } from './manual-timing.fixture.ts';

const never: Caller = { lane: 'all', run: 'one', signal: new AbortController().signal };

test('a busy host gets no calls for as long as it asks, at least a second; an unreadable URL counts as a host', async () => {
  const timing = manualTiming();
  const limits = new HostLimits(2, timing);
  const started: string[] = [];
  const ask = async (url: string, verdict: Verdict) =>
    await limits.run(
      url,
      async () => {
        started.push(url);
        await settled();
      },
      () => verdict,
      never,
    );
  await ask('https://a.example/1', { kind: 'throttled', pauseMs: 0 });
  await ask('https://b.example/1', { kind: 'throttled', pauseMs: 5_000 });
  const waiting = ['https://a.example/2', 'https://b.example/2', 'no URL'].map((url) => ask(url, { kind: 'served' }));
  await settled();
  expect(started.slice(2)).toEqual(['no URL']);
  await timing.advance(999);
  expect(started).toHaveLength(3);
  await timing.advance(1);
  expect(started.slice(3)).toEqual(['https://a.example/2']);
  await timing.advance(4_000);
  expect(started.slice(4)).toEqual(['https://b.example/2']);
  await Promise.all(waiting);
});

test('hosts are forgotten when no call for them is left, so that a run with a host for each image takes no memory', async () => {
  const limits = new HostLimits(2, manualTiming());
  const call = async () => await settled();
  for (let host = 0; host < 1_100; host += 1) {
    await limits.run(`https://${host}.example/`, call, () => ({ kind: 'throttled', pauseMs: 60_000 }), never);
  }
  // The first host is among the forgotten ones, so its pause is no longer known.
  await limits.run('https://0.example/', call, () => ({ kind: 'served' }), never);
});
