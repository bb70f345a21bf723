import type { Json } from '@tally/contracts';
import type { TaskTry, TryOutcome } from '@tally/run-state';

/**
 * What the explorer's chains run. Items and tasks define their own outcomes, so the result of a run is known
 * before it starts.
 */
export type Setting = ItemSetting | GraphSetting;

interface AnySetting {
  /** From the start on. */
  readonly deadlineMs?: number | undefined;
  /** Whether a watchdog for which everything is overdue has already passed. */
  readonly isLate?: boolean | undefined;
  /** A window that a caller sets later. */
  readonly laterWindow?: number | undefined;
  /** Whether the run is Running, with its first messages sent, before anything is explored. */
  readonly isStarted?: boolean | undefined;
}

/** A run whose items are its input, perhaps followed by an approval. */
export interface ItemSetting extends AnySetting {
  readonly graph?: undefined;
  /**
   * `good 1`, `bad 2`, `flaky 3` (the first try asks for another), `stubborn 4` (each try does), `killer 5`
   * (takes its worker down).
   */
  readonly items: readonly string[];
  readonly chunkItems: number;
  readonly shardItems: number;
  /** Items that may be claimed at once. */
  readonly window: number;
  readonly tolerated?: number | undefined;
  /** Whether a delivery goes on with what it has claimed. Otherwise every claim is sent. */
  readonly goesOn?: boolean | undefined;
  /** Whether the start sends for all shards. Otherwise all but the first are dispatched. */
  readonly startsAll?: boolean | undefined;
  readonly gate?:
    | {
        readonly onTimeout: 'fail' | 'complete';
        readonly verdict: boolean;
        /** Whether only the event can end it. */
        readonly waitsForever?: boolean;
      }
    | undefined;
}

/** A run of several nodes. */
export interface GraphSetting extends AnySetting {
  /** One of the chains in `graphs.ts`, by its name. */
  readonly graph: string;
  /** How tasks end that don't simply succeed, by node. */
  readonly tasks?: Readonly<Partial<Record<string, TaskManner>>>;
  /** A second run, `other`, that is started with the first. */
  readonly other?: string;
  /** The possible outputs of a completed run. */
  readonly outputs: readonly Json[];
  /** The possible ends; absent: completed. */
  readonly ends?: readonly string[];
  /** How long after the start the chain becomes known; no process knows it before. */
  readonly deployedAfterMs?: number;
  /** How long after the start workers know the chain. Until then they put its messages back. */
  readonly workersKnowAfterMs?: number;
  /** The payload of the event. */
  readonly answer?: boolean;
  /** How long after the start the chain's map has other items. */
  readonly itemsChangeAfterMs?: number;
}

/**
 * `flaky`: the first try asks for another. `again`: asks once to be called again. `killer`: takes its worker
 * down. A number: fails until the run has that epoch.
 */
type TaskManner = 'flaky' | 'again' | 'killer' | number;

/** What callers may wish for. */
export type Verb = 'suspend' | 'resume' | 'terminate' | 'rewind' | 'window' | 'event' | 'start' | 'purge';

export function isKiller(item: string): boolean {
  return item.startsWith('killer');
}

/** The outcome of a try of an item. @param attempt from 1 */
export function tryItem(item: string, attempt: number): TryOutcome {
  const error = { code: 'Broken', message: item };
  if (item.startsWith('stubborn') || (item.startsWith('flaky') && attempt === 1))
    return { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 };
  if (item.startsWith('bad')) return { kind: 'failed', error, durationMs: 1 };
  return { kind: 'succeeded', result: numberIn(item), durationMs: 1 };
}

/** The outcome of a try of a task. */
export function tryTask(
  manner: TaskManner | undefined,
  { input, attempt, epoch, state }: { input: Json; attempt: number; epoch: number; state: Json | undefined },
): TaskTry {
  if (typeof manner === 'number' && epoch < manner)
    return { kind: 'failed', error: { code: 'Broken', message: `not before epoch ${manner}` } };
  if (manner === 'flaky' && attempt === 1)
    return { kind: 'retry', error: { code: 'Busy', message: 'later' }, retryAfterMs: 0 };
  if (manner === 'again' && state === undefined) return { kind: 'again', afterMs: 5_000, state: true };
  return { kind: 'succeeded', result: Number(input) + 1 };
}

export function numberIn(item: string): number {
  return Number(item.split(' ')[1]);
}

/** How an item ends when nothing disturbs it, computed without ledger, chunks or messages. */
export function endOf(item: string): 'succeeded' | 'failed' {
  return /^(bad|stubborn|killer)/.test(item) ? 'failed' : 'succeeded';
}
