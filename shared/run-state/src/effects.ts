import type { OutboxLetter } from './ledger.ts';
import type { NodeRound } from './nodes/node-state.ts';
import type { OutboxTaskLetter, RunFailure } from './run/run.ts';

/** I4: what must be sent or done after the commit that justifies it, never before. */
export type Effect =
  | SendChunk
  | SendTask
  /** A finished shard of a map node, to be counted. */
  | (NodeRound & { readonly type: 'send-aggregate'; readonly shard: number; readonly epoch: number })
  /** Claim in these shards' ledgers (absent: in all) and send what was claimed. */
  | (NodeRound & {
      readonly type: 'send-dispatch';
      readonly epoch: number;
      readonly token: string;
      readonly shards?: readonly number[];
    })
  /** A wait's time, as a message that stays hidden for the delay. */
  | (NodeRound & { readonly type: 'send-due'; readonly token: string; readonly delayMs: number })
  /** R12: insert the node's child run if it doesn't exist. */
  | (NodeRound & { readonly type: 'start-child'; readonly token: string })
  /** R12: the child of a stopped node ends with it. */
  | { readonly type: 'end-child'; readonly runId: string }
  /** Keep a durable row about items that repair gave up, then take it out of the ledger's outbox. */
  | DeadLetter
  /** The same about a task, from the run's outbox. */
  | (OutboxTaskLetter & { readonly type: 'task-letter' })
  /** The deadline is over, or nothing of the run can succeed. */
  | { readonly type: 'fail-run'; readonly failure: RunFailure }
  /** A map node has failed: its failure tolerance is exceeded. */
  | (NodeRound & { readonly type: 'fail-node'; readonly failure: RunFailure })
  /** All shards of a map node are counted: fold, and end it. */
  | (NodeRound & { readonly type: 'advance-map' })
  /** The run has ended: close its ledgers, tell its parent, and take it off the live index. */
  | { readonly type: 'finalize' };

/** A permit for a try at a task. */
export interface SendTask extends NodeRound {
  readonly type: 'send-task';
  readonly epoch: number;
  /** Fresh for this send (I4). */
  readonly token: string;
  readonly attempt: number;
  /** How often the task has asked to be called again; absent: never. */
  readonly calls?: number | undefined;
  /** How long the message stays hidden, in milliseconds: seven days at most. */
  readonly delayMs: number;
}

/** A permit to work on a chunk. */
export interface SendChunk {
  readonly type: 'send-chunk';
  readonly shard: number;
  readonly chunk: number;
  readonly epoch: number;
  /** Fresh for this send (I4). */
  readonly token: string;
  /** The highest try that it permits, from 1. */
  readonly attempt: number;
  /** The numbers of the items that are meant; absent: the whole chunk. */
  readonly items?: readonly number[] | undefined;
  /** One message per item; only where items are named. */
  readonly split: boolean;
  /**
   * How long the message stays hidden, in milliseconds. Single items stay hidden for at most this long
   * (`delayOf`).
   */
  readonly delayMs: number;
}

export interface DeadLetter extends OutboxLetter {
  readonly type: 'dead-letter';
  readonly shard: number;
}

/** Says that a shard of a map node is finished under its ledger's epoch. */
export function aggregateEffect(
  { node, since }: NodeRound,
  { shard, epoch }: { readonly shard: number; readonly epoch: number },
): Effect {
  return { type: 'send-aggregate', node, since, shard, epoch };
}

/** Randomness comes in from outside, so that the core has none of its own. */
export interface Chance {
  /** A fresh random token, the root of all tokens that this decision sends. */
  readonly token: string;
  /** A random number in [0, 1). */
  readonly jitter: number;
}

/** The tokens of one decision's sends: its fresh root and a count. */
export function tokenSource(chance: Chance): () => string {
  let sent = 0;
  return () => {
    sent += 1;
    return `${chance.token}.${sent}`;
  };
}
