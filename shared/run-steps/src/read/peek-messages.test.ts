import { beforeEach, expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { peekMessages } from './peek-messages.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function peeked(runId: string) {
  const context = system.worker();
  const run = (await context.store.readRun(runId))?.value;
  if (run === undefined) throw new Error('no run');
  return await peekMessages(context, run);
}

test('shows the messages of the run in all queues of its chain, and no others', async () => {
  await system.start(3);
  await system.start(3, { runId: 'other' });
  await system.queues.send('square', 'no JSON');
  await system.queues.send('square', 'null');
  const { messages, isWhole } = await peeked('run');
  expect(isWhole).toBe(true);
  expect(messages.length).toBeGreaterThan(0);
  for (const { queue, text, deliveries } of messages) {
    expect([queue, deliveries]).toEqual(['square-small', 0]);
    expect(JSON.parse(text)).toMatchObject({ runId: 'run' });
  }
  const [first] = messages;
  await system.queues.send('square-poison', first?.text ?? '');
  expect((await peeked('run')).messages.map(({ queue }) => queue)).toContain('square-poison');
  await system.queues.send('square-poison', JSON.stringify({ runId: 'run', gen: 'older' }));
  expect((await peeked('run')).messages).toHaveLength(messages.length + 1);
});

test('says if there are more messages than it has looked at', async () => {
  await system.start(1);
  for (let count = 0; count < 32; count += 1) await system.queues.send('square', '{}');
  expect((await peeked('run')).isWhole).toBe(false);
});
