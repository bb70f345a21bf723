import { expect, test } from 'vitest';
import { eachAtOnce, mapAtOnce, Slots } from './at-once.ts';

/** Work that a test ends. It records how much was under way at once at most. */
class Gauge {
  most = 0;
  readonly ends: (() => void)[] = [];
  #now = 0;

  async work(): Promise<void> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    await new Promise<void>((end) => this.ends.push(end));
    this.#now -= 1;
  }

  /** Ends what is under way until nothing more begins. */
  async endAll(): Promise<void> {
    for (let end = this.ends.shift(); end !== undefined; end = this.ends.shift()) {
      end();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let number = 0; number < count; number += 1) yield number;
}

test('values are processed in order, at most as many at once as allowed', async () => {
  const gauge = new Gauge();
  const begun: number[] = [];
  const all = eachAtOnce(numbers(10), 3, async (number) => {
    begun.push(number);
    await gauge.work();
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1, 2]);
  await gauge.endAll();
  await all;
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(gauge.most).toBe(3);
});

test('a list is worked on as places become free, and its results are in order', async () => {
  const gauge = new Gauge();
  const begun: number[] = [];
  const all = mapAtOnce([0, 1, 2, 3, 4], 2, async (number) => {
    begun.push(number);
    await gauge.work();
    return number * number;
  });
  // The second ends before the first.
  gauge.ends.reverse();
  gauge.ends.shift()?.();
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1, 2]);
  await gauge.endAll();
  expect(await all).toEqual([0, 1, 4, 9, 16]);
  expect(gauge.most).toBe(2);
});

test('after an error in a list nothing more of it is begun', async () => {
  const begun: number[] = [];
  const all = mapAtOnce([0, 1, 2, 3, 4], 2, async (number) => {
    begun.push(number);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (number === 1) throw new Error('down');
  });
  await expect(all).rejects.toThrow('down');
  await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1, 2]);
});

test('slots limit what runs at once over all callers, and return results in order', async () => {
  const gauge = new Gauge();
  const slots = new Slots(4);
  const works = (names: string) => names.split('').map((name) => async () => await gauge.work().then(() => name));
  const both = Promise.all([slots.all(works('abcde')), slots.all(works('fghij'))]);
  await new Promise<void>((resolve) => setImmediate(resolve));
  await gauge.endAll();
  expect((await both).map((names) => names.join(''))).toEqual(['abcde', 'fghij']);
  expect(gauge.most).toBe(4);
});

test('an error is thrown once nothing is running any more, and occupies no slot', async () => {
  const gauge = new Gauge();
  const slots = new Slots(2);
  const fails = async () => {
    throw new Error('down');
  };
  let isOver = false;
  const all = slots.all([fails, () => gauge.work(), fails]).finally(() => {
    isOver = true;
  });
  const failure = all.catch((error: unknown) => error);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  await gauge.endAll();
  expect(await failure).toMatchObject({ message: 'down' });
  expect(await slots.all([async () => 1, async () => 2])).toEqual([1, 2]);
});
