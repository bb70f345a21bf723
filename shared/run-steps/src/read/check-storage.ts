import { queuesOf } from '../context/compose.ts';
import type { StepContext } from '../context/context.ts';

/** A part of the account that can't be reached, with the error of the account. */
export interface Unreachable {
  /** `table runs`, `queue detect`. */
  readonly part: string;
  readonly error: unknown;
}

/** An id that no run has, because two of its characters are refused. */
const NO_RUN = '@/health';
/** The service answers in milliseconds. The clients try for much longer, but a probe needs its answer now. */
const PATIENCE_MS = 5_000;

/**
 * Looks once at each table and each queue of the chain, all at the same time.
 * @returns what can't be reached; empty: all is well
 */
export async function checkStorage({ store, queues, maps, registry }: StepContext): Promise<readonly Unreachable[]> {
  const shard = { runId: NO_RUN, generation: '0', node: 'none', since: 1, shard: 0 };
  const looks: [string, Promise<unknown>][] = [
    ['table runs', store.readRun(NO_RUN)],
    ['table chunks', maps.any.store.readLedger(shard)],
    ['table index', store.readLive(NO_RUN)],
    ['table deadletters', store.readDeadLetter({ stage: 'none', at: 0, id: NO_RUN })],
    ...queuesOf(registry).map((name): [string, Promise<unknown>] => [`queue ${name}`, queues.depth(name)]),
  ];
  const looked = looks.map(async ([part, look]): Promise<Unreachable[]> => {
    try {
      await inTime(look);
      return [];
    } catch (error) {
      return [{ part, error }];
    }
  });
  return (await Promise.all(looked)).flat();
}

async function inTime(look: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    await Promise.race([look, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
