import type { OwedLetter } from './ledger.ts';
import type { RunFailure } from './run.ts';

/** I4: what is to be sent or done after the commit that justifies it, never before. */
export type Effect =
  | SendChunk
  /** A finished shard, to be counted. */
  | { readonly type: 'send-collect'; readonly shard: number; readonly epoch: number }
  /** Claim in these shards' ledgers (absent: in all) and send what was claimed. */
  | {
      readonly type: 'send-dispatch';
      readonly epoch: number;
      readonly tok: string;
      readonly shards?: readonly number[];
    }
  /** The gate's time-out, as a message that stays hidden for the delay. */
  | { readonly type: 'send-gate-timeout'; readonly event: string; readonly delayMs: number }
  /** The gate is open now: its event may have come just before, so its row is read again. */
  | { readonly type: 'read-event'; readonly event: string }
  /** Keep a durable row about items that repair gave up, then strike it off the ledger. */
  | DeadLetter
  /** The run's failure tolerance is passed. */
  | { readonly type: 'fail-run'; readonly failure: RunFailure }
  /** All shards are counted: open the gate or finish. */
  | { readonly type: 'settle' }
  /** The run has ended: close ledgers, tell who waits, take it off the live index. */
  | { readonly type: 'housekeep' };

/** A permit to work on a chunk. */
export interface SendChunk {
  readonly type: 'send-chunk';
  readonly shard: number;
  readonly chunk: number;
  readonly epoch: number;
  /** Fresh for this send (I4). */
  readonly tok: string;
  /** The highest try that it permits, from 1. */
  readonly attempt: number;
  /** The numbers of the items that are meant; absent: the whole chunk. */
  readonly items?: readonly number[] | undefined;
  /** One message an item; only where items are named. */
  readonly split: boolean;
  /** How long the message stays hidden, in milliseconds; single items stay hidden for no longer than this (`delayOf`). */
  readonly delayMs: number;
}

export interface DeadLetter extends OwedLetter {
  readonly type: 'dead-letter';
  readonly shard: number;
}

/** Chance comes in from outside, so that the core has none of its own. */
export interface Chance {
  /** A fresh random token, the root of the tokens of all that this decision sends. */
  readonly tok: string;
  /** A random number in [0, 1). */
  readonly jitter: number;
}

/** The tokens of one decision's sends: its fresh root and a count. */
export function tokenSource(chance: Chance): () => string {
  let sent = 0;
  return () => {
    sent += 1;
    return `${chance.tok}.${sent}`;
  };
}
