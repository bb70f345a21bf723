import { testChain } from '@tally/test-chain';
import { expect, test } from 'vitest';
import { hello } from '../../declaration/hello.ts';
import { helloHandlers } from './handlers.ts';

test('a run greets the name that it is started with', async () => {
  const run = await testChain(hello, helloHandlers).start({ name: 'Ada' });
  expect(await run.toEnd()).toMatchObject({ status: 'Completed', output: { text: 'Hello Ada' } });
});

test('each handler is called with the same key if its message comes twice', async () => {
  const tested = testChain(hello, helloHandlers, { deliverTwice: true });
  const run = await tested.start({ name: 'Ada' });
  expect((await run.toEnd()).status).toBe('Completed');
  const [first, second] = tested.callsOf('greet');
  expect(first?.key).toBe(second?.key);
});
