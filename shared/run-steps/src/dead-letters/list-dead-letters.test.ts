import { beforeEach, expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { InvalidTokenError } from '../read/page-token.ts';
import { listDeadLetters } from './list-dead-letters.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function fill(): Promise<void> {
  for (const stage of ['aggregate', 'square', 'square', 'intake', 'square']) {
    system.clock += 1_000;
    await system.queues.send(stage, `not a message, ${system.clock}`);
    await system.deliverAll();
  }
}

async function pages(top: number, stage?: string) {
  const found = [];
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listDeadLetters>> = await listDeadLetters(system.worker(), {
      stage,
      top,
      token,
    });
    found.push(page.letters);
    token = page.token;
  } while (token !== null);
  return found;
}

test.each([1, 2, 3, 5, 100])('pages of %i hold each letter once, by stage, oldest first', async (top) => {
  await fill();
  const found = await pages(top);
  for (const page of found.slice(0, -1)) expect(page).toHaveLength(top);
  const letters = found.flat();
  expect(letters.map(({ stage }) => stage)).toEqual(['intake', 'square', 'square', 'square', 'aggregate']);
  const times = letters.slice(1, 4).map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(letters.map(({ letterId }) => letterId)).size).toBe(5);
});

test('letters are listed of one stage, and of an unknown stage none', async () => {
  await fill();
  expect((await pages(2, 'square')).map((page) => page.length)).toEqual([2, 1]);
  expect(await pages(2, 'nothing')).toEqual([[]]);
});

test.each(['', 'x', 'W10', '!', 'x'.repeat(10_000)])('the token %j is refused', async (token) => {
  await expect(listDeadLetters(system.worker(), { top: 1, token })).rejects.toThrow(InvalidTokenError);
});
