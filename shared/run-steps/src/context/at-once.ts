/** Works on all values, in the order in which they come, on so many at once at most. @param work fails never: one value's trouble must not keep the others waiting */
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

/** Room for so much at once; the rest waits, the longest first. */
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
      // Whoever waits takes the place over.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /** What comes of all of them, in their order. @throws the first error of that order, when none is at work any more */
  async all<Value>(works: readonly (() => Promise<Value>)[]): Promise<Value[]> {
    const settled = await Promise.allSettled(works.map((work) => this.run(work)));
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }
}
