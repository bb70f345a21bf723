/**
 * Works on all values in the order in which they come, on at most `atOnce` of them at a time.
 * @param work never fails: one value's error must not keep the others waiting
 */
export async function eachAtOnce<Value>(
  values: AsyncIterable<Value>,
  atOnce: number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const iterator = values[Symbol.asyncIterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * Works on all values, on at most `atOnce` of them at a time. After an error none is begun.
 * @returns the results, in the order of the values
 * @throws the first error
 */
export async function mapAtOnce<Value, Result>(
  values: readonly Value[],
  atOnce: number,
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = values.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && !hasFailed; next = left.next()) {
      const [place, value] = next.value;
      try {
        results[place] = await work(value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Slots for a number of works at a time. Further ones wait, and the longest wait ends first. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The one that waits takes over the slot.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /**
   * The results of all works, in their order.
   * @throws the first error in that order, once none is at work any more
   */
  async all<Value>(works: readonly (() => Promise<Value>)[]): Promise<Value[]> {
    const settled = await Promise.allSettled(works.map((work) => this.run(work)));
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }
}
