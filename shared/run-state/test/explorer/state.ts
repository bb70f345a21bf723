import type { Chunk, DeadLetter, Effect, GateVerdict, Ledger, Marker, Run, RunFailure } from '../../src/index.ts';
import type { Folded, Item } from '../counting-chain.ts';

/** What may happen so often only, so that the states are finitely many: faults, and what callers ask for. */
export type Budget =
  | 'crash'
  /** As a crash, but of a worker, or of a caller, only. */
  | 'worker-crash'
  | 'caller-crash'
  | 'duplicate'
  /** Somebody puts a message by hand. */
  | 'forge'
  | 'loss'
  /** A commit takes effect and its answer is lost. */
  | 'ambiguous'
  /** A process believes the run row before the last. */
  | 'stale'
  /** A watchdog passes while others are at work, and finds overdue what isn't. */
  | 'early-watch'
  | 'suspend'
  | 'resume'
  | 'terminate'
  | 'rewind'
  | 'start'
  | 'purge'
  | 'window'
  | 'event'
  /** The watchdog ends the run, whatever the time. */
  | 'deadline'
  /** Time passes until the run's deadline is over. */
  | 'lateness';

export interface WorkPermit {
  readonly kind: 'work';
  readonly gen: string;
  readonly shard: number;
  readonly epoch: number;
  readonly chunk: number;
  readonly tok: string;
  readonly attempt: number;
  /** Item numbers; absent: all of the chunk. */
  readonly items?: readonly number[] | undefined;
  /** Put by somebody else than the steps. */
  readonly isForged?: true | undefined;
}

export type Message = (
  | WorkPermit
  | {
      readonly kind: 'dispatch';
      readonly gen: string;
      readonly epoch: number;
      readonly tok: string;
      readonly shards?: readonly number[] | undefined;
    }
  | { readonly kind: 'collect'; readonly gen: string; readonly shard: number; readonly epoch: number }
  | { readonly kind: 'event'; readonly gen: string }
  /** Stays hidden until the gate's time is over. */
  | { readonly kind: 'timeout'; readonly gen: string }
) & {
  /** Deliveries that came to nothing. */
  readonly deliveries: number;
};
export type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
export type NewMessage = DistributiveOmit<Message, 'deliveries'>;

/** Which version it is; when it was touched says nothing that anyone goes by. */
export interface LiveRow {
  readonly version: string;
  /** Whether a start has touched it since it was inserted. */
  readonly forStart: boolean;
}

/** The run row as it was read, and the version that a write on it is conditional on. */
export interface Read {
  readonly run: Run;
  readonly version: string;
}

/** What a walker is about to do: one atomic operation on rows and queues, with what it knows by then. Plain data, so that states can be compared. */
export type Task =
  | { readonly do: 'handle'; readonly message: Message }
  | {
      readonly do: 'record';
      readonly message: WorkPermit;
      readonly known: Run;
      /** Which try each item was, by its number. */
      readonly tries: readonly (readonly [index: number, attempt: number])[];
      /** Only in worlds without conditional writes: the rows as they were read. */
      readonly held?: ShardRows;
      /** Only in worlds that send before they commit. */
      readonly hasSent?: boolean;
    }
  | { readonly do: 'poison'; readonly message: WorkPermit; readonly run: Run }
  | { readonly do: 'keep-letter' | 'strike-letter'; readonly gen: string; readonly letter: DeadLetter }
  | { readonly do: 'effect'; readonly gen: string; readonly effect: Effect }
  | { readonly do: 'count'; readonly gen: string; readonly marker: Marker<Folded>; readonly ledgerEpoch: number }
  | { readonly do: 'bear'; readonly run: Run; readonly next: readonly Task[] }
  | { readonly do: 'settle'; readonly gen: string }
  | {
      readonly do: 'settle-write';
      readonly gen: string;
      readonly read: Read;
      readonly verdict: GateVerdict | null;
      readonly isLate: boolean;
    }
  | { readonly do: 'keep'; readonly gen: string }
  | { readonly do: 'keep-read'; readonly gen: string; readonly live: LiveRow | null }
  | {
      readonly do: 'close' | 'house';
      readonly run: Run;
      readonly live: LiveRow | null;
      readonly shard: number;
      readonly succeeded: number;
      readonly failed: number;
    }
  | { readonly do: 'delete-live'; readonly live: LiveRow }
  | { readonly do: 'dispatch'; readonly run: Run; readonly shard: number; readonly tok: string }
  | { readonly do: 'list-failed'; readonly run: Run; readonly shard: number }
  | {
      readonly do: 'reopen';
      readonly run: Run;
      readonly shard: number;
      readonly chunks: readonly number[];
      readonly isLast: boolean;
      readonly tok: string;
    }
  | { readonly do: 'watch'; readonly isEarly: boolean }
  | {
      readonly do: 'repair';
      readonly run: Run;
      readonly shard: number;
      readonly tok: string;
      readonly isEarly: boolean;
    }
  | { readonly do: 'end'; readonly gen: string; readonly failure: RunFailure | null }
  | { readonly do: 'ask'; readonly verb: 'suspend' | 'resume' | 'terminate' | 'set-window' }
  | { readonly do: 'rewind'; readonly isTouched: boolean }
  | { readonly do: 'rewind-write'; readonly read: Read }
  | { readonly do: 'start' }
  | { readonly do: 'start-write'; readonly before: Read | null }
  | { readonly do: 'touch-live'; readonly by: 'start' | 'rewind' }
  | { readonly do: 'end-unwritten' }
  /** After a rewind that found its run purged. */
  | { readonly do: 'tidy-up' }
  | { readonly do: 'purge'; readonly isTidy: boolean }
  | { readonly do: 'purge-read'; readonly isTidy: boolean; readonly live: LiveRow | null }
  | { readonly do: 'purge-mark'; readonly live: LiveRow | null; readonly read: Read }
  | { readonly do: 'insert'; readonly run: Run; readonly shard: number; readonly tok: string }
  | { readonly do: 'ready'; readonly run: Run; readonly effects: readonly Effect[] }
  | { readonly do: 'raise-event' }
  | { readonly do: 'tell-event'; readonly gen: string }
  /** The answer to a write of the run row was lost: the row tells whether it is ours. */
  | { readonly do: 'look-again'; readonly version: string; readonly next: readonly Task[]; readonly again: Task };

export type Role = 'worker' | 'collector' | 'watchdog' | 'caller' | 'purger';

/** Someone under way, with the message that he was given. The first task is next. */
export interface Walker {
  readonly role: Role;
  readonly message: Message | null;
  readonly tasks: readonly Task[];
}

export interface ShardRows {
  readonly ledger: Ledger<Folded>;
  readonly chunks: readonly Chunk<Item, number>[];
}

export interface Letter {
  readonly gen: string;
  readonly shard: number;
  readonly items: readonly number[];
}

/** Everything there is, at one instant. Never changed, only replaced; what doesn't differ is shared between states. */
export interface State {
  readonly run: Run | null;
  /** Which version of the run row stands. */
  readonly version: string;
  /** The run row before the last write, for processes that still believe it. */
  readonly past: Run | null;
  readonly markers: readonly Marker<Folded>[];
  /** By generation and shard. */
  readonly shards: Readonly<Record<string, ShardRows>>;
  readonly live: LiveRow | null;
  /** Dead letters that are kept. */
  readonly letters: readonly Letter[];
  /** The awaited event's row, and whether it came before the gate opened, while it was open, or when its time was over. */
  readonly event: {
    readonly gen: string;
    readonly verdict: GateVerdict;
    readonly came: 'early' | 'in-time' | 'late';
    /** The epoch of the last rewind before it came. */
    readonly rewoundIn: number;
  } | null;
  /** Whether the open gate's time is over. */
  readonly isLate: boolean;
  /** Whether the deadline that the run was started with is over. */
  readonly isOver: boolean;
  readonly messages: readonly Message[];
  readonly walkers: readonly Walker[];
  readonly left: Readonly<Partial<Record<Budget, number>>>;
  readonly generations: number;
  /** Messages sent so far, where a configuration limits them. */
  readonly sent: { readonly work: number; readonly collect: number };
}

export const emptyState: State = {
  ...{
    run: null,
    version: '#',
    past: null,
    markers: [],
    shards: {},
    live: null,
    letters: [],
    event: null,
    isLate: false,
    isOver: false,
  },
  ...{ messages: [], walkers: [], left: {}, generations: 0, sent: { work: 0, collect: 0 } },
};
