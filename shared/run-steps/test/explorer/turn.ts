import type { Tables } from '@tally/run-store';

/** What a process does repeatedly by the clock, such as looking whether its run has ended. */
export type Ticking = Set<() => void>;

/**
 * The turn of a process. Until all processes stand still again, everything that is called or started belongs
 * to it.
 */
export interface Turn {
  readonly tables: Tables;
  readonly ticking: Ticking;
}

let current: Turn | null = null;

export function giveTurn(turn: Turn | null): void {
  current = turn;
}

/**
 * The tables of the process whose turn it is. So objects that are costly to make and remember nothing are
 * made only once for all processes.
 */
export const tablesInTurn: Tables = {
  create: (names) => inTurn().create(names),
  get: (table, partitionKey, rowKey) => inTurn().get(table, partitionKey, rowKey),
  list: (table, query) => inTurn().list(table, query),
  firstPart: (table, query) => inTurn().firstPart(table, query),
  write: (table, writes) => inTurn().write(table, writes),
  pause: (ms) => inTurn().pause(ms),
};

function inTurn(): Tables {
  if (current === null) throw new Error('a process runs out of turn');
  return current.tables;
}

/**
 * Takes control of timers. During an exploration nothing happens by itself, and what a process would do at an
 * interval is one of its moves.
 */
export async function withoutTimers<Value>(explore: () => Promise<Value>): Promise<Value> {
  const { setInterval, clearInterval } = globalThis;
  const own = new Map<object, () => void>();
  const replace = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  replace('setInterval', (tick: () => void) => {
    const ticking = current?.ticking;
    const handle = {};
    ticking?.add(tick);
    own.set(handle, () => ticking?.delete(tick));
    return handle;
  });
  replace('clearInterval', (handle: object) => {
    own.get(handle)?.();
    own.delete(handle);
  });
  try {
    return await explore();
  } finally {
    replace('setInterval', setInterval);
    replace('clearInterval', clearInterval);
  }
}

/** Waits until all processes wait for an answer: everything that was resolved has gone on. */
export async function standstill(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
