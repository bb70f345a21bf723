import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { FunctionCallback, RegisteredFunction } from './function-registry.ts';
import { FunctionsCore, type ProgrammingModel } from './functions-core.ts';
import { Invoker } from './invocation.ts';

/** Calls the function and returns its result, as the library does, but without the library's conversions. */
const plainModel: ProgrammingModel = {
  name: 'plain',
  version: '1',
  getInvocationModel: () => ({
    getArguments: async () => ({ context: {}, inputs: [] }),
    invokeFunction: async (_context: unknown, _inputs: unknown[], callback: FunctionCallback) => await callback(),
    getResponse: async (_context: unknown, result: unknown) => ({ returnValue: result }),
  }),
};

function invokerOf(timeoutMs: number | undefined): Invoker {
  const core = new FunctionsCore({ write: () => undefined });
  core.module.setProgrammingModel(plainModel);
  return new Invoker(core, timeoutMs);
}

function functionOf(callback: FunctionCallback): RegisteredFunction {
  const trigger = { type: 'queueTrigger', queueName: 'q', connection: 'TallyStorage', dataType: undefined } as const;
  return { name: 'work', inputName: 'entry', trigger, metadata: {}, callback };
}

const input = { data: { string: '' } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([undefined, 600_000])('nothing of an ended invocation is retained (time limit: %s)', async (timeoutMs) => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = z.custom<() => void>((found) => typeof found === 'function').parse(runInNewContext('gc'));
  const invoker = invokerOf(timeoutMs);
  const results: WeakRef<object>[] = [];
  const fn = functionOf(async () => {
    const result = { text: 'x'.repeat(100) };
    results.push(new WeakRef(result));
    return result;
  });
  for (let call = 0; call < 500; call++) await invoker.invoke(fn, input);
  // An object that was dereferenced in this turn is kept until the end of the turn.
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  // The engine may still hold the last one.
  expect(results.filter((result) => result.deref() !== undefined).length).toBeLessThan(5);
});

test('a function that runs longer than its limit has failed (rule 18)', async () => {
  const outcome = invokerOf(1000).invoke(
    functionOf(async () => await new Promise(() => undefined)),
    input,
  );
  await vi.advanceTimersByTimeAsync(1000);
  expect(await outcome).toMatchObject({ ok: false, error: { name: 'FunctionTimeoutError' } });
});

test('a crash of the app fails running and later invocations (rule 17)', async () => {
  const invoker = invokerOf(undefined);
  const fn = functionOf(async () => await new Promise(() => undefined));
  const running = [invoker.invoke(fn, input), invoker.invoke(fn, input)];
  const crash = new Error('down');
  invoker.failAll(crash);
  const later = invoker.invoke(fn, input);
  const failed = { ok: false, error: crash };
  expect(await Promise.all([...running, later])).toEqual([failed, failed, failed]);
  expect(invoker.running).toBe(0);
});
