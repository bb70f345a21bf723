import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { endedStatus, postRun } from './calls.fixture.ts';
import { expectedOutput, imageUrls } from './expected.fixture.ts';
import { depth, peek, put, readLedgers, readLives, readOutcomes } from './rows.fixture.ts';

const COUNT = 1_100;
const urls = imageUrls(COUNT);
/** Messages that are put by hand while the run is in progress. */
const FORGERIES = 300;
const queues = ['intake', 'detect', 'detect-small', 'aggregate'].flatMap((name) => [name, `${name}-poison`]);

/** Changes to a copy of a message. */
const changes: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { etag: '*' },
  { attempt: 99 },
  { attempt: 99, tok: 'forged' },
  { tok: 'forged' },
  { items: [0] },
  { items: [0, 1, 2, 3] },
  { items: [COUNT + 7] },
  { items: [{ index: 0, url: 'https://elsewhere.example/other.jpg' }] },
  { chunk: 0 },
  { chunk: 9 },
  { chunk: 999_999 },
  { shard: 1 },
  { shard: 63 },
  { shard: -1 },
  { epoch: 2 },
  { gen: 'none' },
  { runId: 'unknown' },
  { runId: '__proto__' },
  { event: 'Approval' },
  { node: 'approval' },
  { node: 'unknown' },
  { since: 2 },
  { v: 2 },
];

let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem();
  return () => system.stop();
}, 180_000);

test('I1 I2: a run has the same result, whatever is put into its queues during its work', async () => {
  // Each message meets each change and each queue in turn. Nothing is random, so that a failed run fails
  // again.
  const one = <Value>(values: readonly Value[], number: number): Value | undefined => values[number % values.length];
  const { id, statusQueryGetUri } = await postRun(system, urls);
  const seen: string[] = [];
  let forged = 0;
  await waitUntil(
    async () => {
      for (const queue of ['intake', 'detect', 'aggregate'])
        seen.push(...(await peek(system.storage, queue)).filter((text) => text.includes(`"runId":"${id}"`)));
      const ledgers = await readLedgers(system.storage, id);
      const tokens = ledgers.flatMap(({ open }) => open.map(({ by }) => by));
      for (let count = 0; count < 20 && seen.length > 0; count += 1) {
        const copied = one(seen, forged * 7);
        if (copied === undefined) break;
        const tok = forged % 3 === 0 ? one(tokens, forged) : undefined;
        const text = JSON.stringify({
          ...JSON.parse(copied),
          ...one(changes, forged),
          ...(tok !== undefined && { tok }),
        });
        await put(system.storage, one(queues, forged + Math.floor(forged / changes.length)) ?? 'detect', text);
        forged += 1;
      }
      return forged >= FORGERIES;
    },
    { describe: `${FORGERIES} messages are put`, hangGuardMs: 120_000, pollMs: 20 },
  );
  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), {
    describe: 'the run has ended',
    hangGuardMs: 300_000,
  });
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', output: expectedOutput(urls) });
  expect(ended.counts).toMatchObject({ total: COUNT, succeeded: COUNT, failed: 0 });
  // Single images of a chunk whose message was given up stay hidden for minutes. Nothing waits for them.
  for (const queue of queues.filter((name) => !name.startsWith('detect')))
    await waitUntil(async () => (await depth(system.storage, queue)) === 0, { describe: `${queue} is empty` });
  await waitUntil(async () => (await readLives(system.storage)).length === 0, {
    describe: 'finalization is done',
  });
  const outcomes = await readOutcomes(system.storage, id);
  expect(outcomes.size).toBe(COUNT);
  expect(new Set(outcomes.values())).toEqual(new Set(['succeeded']));
}, 600_000);
