import type { Json } from '@tally/contracts';
import type { Chance, Effect } from './effects.ts';
import type { Marker } from './ledger.ts';
import type { HistoryEntry, Run, RunFailure } from './run.ts';

/** When an event is decided, in milliseconds since 1970. */
export interface Times {
  /** In the run's own time, which never runs backwards: what the row and its timeline say. */
  readonly at: number;
  /** By the clock of whoever decides: what a gate's time is judged by. */
  readonly now: number;
}

/** What a gate's awaited event says. */
export interface GateVerdict {
  readonly approved: boolean;
  readonly reason: string | null;
}

export type RunEvent<Folded> =
  /** All rows of the run are written. */
  | { readonly type: 'ready' }
  /** The start was cut short and its time is over. */
  | { readonly type: 'interrupt' }
  /** A finished shard, as its ledger stands. */
  | { readonly type: 'count'; readonly marker: Marker<Folded>; readonly ledgerEpoch: number; readonly chance: Chance }
  /** Finish the run if nothing is left to wait for. Needs all markers; `verdict`: the gate's event, if one is stored. */
  | { readonly type: 'settle'; readonly markers: readonly Marker<Folded>[]; readonly verdict: GateVerdict | null }
  /** The tolerance is passed, the deadline is over, or the endpoint can't do what the chain needs. */
  | { readonly type: 'fail'; readonly failure: RunFailure }
  | { readonly type: 'suspend'; readonly reason: string | null }
  | { readonly type: 'resume'; readonly reason: string | null; readonly chance: Chance }
  | { readonly type: 'terminate'; readonly reason: string | null }
  | { readonly type: 'rewind'; readonly reason: string | null; readonly failed: number; readonly chance: Chance }
  /** The window is set anew, in items. */
  | { readonly type: 'set-window'; readonly window: number; readonly chance: Chance }
  /** Every ledger is closed under this epoch of the run; these are their final counts. `again`: the row is written even where they stand in it already. */
  | {
      readonly type: 'house';
      readonly epoch: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly again: boolean;
    };

/** Why an event is refused: the run is not in a status that allows it. */
export type Refusal =
  | 'not-pending'
  | 'not-running'
  | 'not-suspended'
  | 'already-ended'
  | 'not-ended'
  | 'nothing-to-rewind'
  | 'old-epoch'
  | 'already-counted'
  | 'not-all-counted';

export interface RunDecision<Folded> {
  readonly run: Run;
  /** A marker to be inserted in the same transaction as the run row. */
  readonly marker?: Marker<Folded> | undefined;
  /** All markers are deleted in the same transaction (a rewind). */
  readonly dropMarkers?: boolean | undefined;
  /**
   * The stored event of this name is used up in the same transaction: it answered for an earlier output, and is asked for again. The timeline keeps it.
   */
  readonly dropEvent?: string | undefined;
  /** Lines of the timeline, inserted in the same transaction. */
  readonly history: readonly HistoryEntry[];
  readonly effects: readonly Effect[];
  readonly refused?: Refusal | undefined;
}

/** How a run's output is made of its markers: the chain's part in finishing. */
export type Summarize<Folded> = (run: Run, total: Marker<Folded>) => Json;
