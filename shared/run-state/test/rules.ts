import {
  decideRun,
  decideShard,
  permitsOf,
  type Run,
  type RunDecision,
  type RunEvent,
  type ShardDecision,
  type ShardEvent,
  type ShardState,
} from '../src/index.ts';
import { type Folded, type Item, policy, runPolicy } from './counting-chain.ts';

export type State = ShardState<Item, number, Folded>;
export type Event = ShardEvent<number>;
export type Decision = ShardDecision<Item, number, Folded>;

/**
 * What the world goes by: the core's decisions, and those rules of the protocol that the steps around the core keep. A mutant is one of
 * these replaced; production code knows nothing of it.
 */
export interface Rules {
  readonly decideShard: (state: State, event: Event, now: number) => Decision;
  readonly decideRun: (run: Run, event: RunEvent<Folded>, now: number) => RunDecision<Folded>;
  readonly permitsOf: typeof permitsOf;
  /** I2: a worker tries what the chunk's row says, whatever the message says of it. */
  readonly takesItemsFromRow: boolean;
  /** I8: a write is conditional on the versions that were read. */
  readonly writesConditionally: boolean;
  /** I4: messages go out after the commit. */
  readonly sendsAfterCommit: boolean;
  /** I9: a message is dropped only on a fresh run row. */
  readonly dropsOnFreshRow: boolean;
  /** A message or a row of another generation is another run's. */
  readonly knowsGenerations: boolean;
  /** Only a finished ledger is counted. */
  readonly countsFinishedOnly: boolean;
  /** The event's row is read again after the gate opened. */
  readonly readsEventAgain: boolean;
  /** Overdue is judged with the head of the queue. */
  readonly looksAtQueueHead: boolean;
  /** The live row is written before the run row. */
  readonly liveComesFirst: boolean;
  /** No message before the run is Running. */
  readonly sendsAfterReady: boolean;
  /** `live` is deleted under If-Match of what was read before the run row. */
  readonly deletesLiveConditionally: boolean;
  /** ... and where the final counts stand already, only when the run row has been written once more. */
  readonly provesLiveLeftOver: boolean;
  /** A rewind touches `live` before every try to write the run row, not only before the first. */
  readonly touchesLiveAtEveryTry: boolean;
  /** A dead letter is kept before it is struck off the ledger. */
  readonly keepsLettersFirst: boolean;
  /** A dead letter of an item that the host gave up is kept when the item is recorded as failed, not before. */
  readonly keepsLettersOfRecordedItems: boolean;
  /** A `live` row without run row gets an ended run row before it is deleted. */
  readonly endsUnwrittenRuns: boolean;
}

export const soundRules: Rules = {
  decideShard: (state, event, now) => decideShard(state, event, policy, now),
  decideRun: (run, event, now) => decideRun(run, event, runPolicy, now),
  permitsOf,
  takesItemsFromRow: true,
  writesConditionally: true,
  sendsAfterCommit: true,
  dropsOnFreshRow: true,
  knowsGenerations: true,
  countsFinishedOnly: true,
  readsEventAgain: true,
  looksAtQueueHead: true,
  liveComesFirst: true,
  sendsAfterReady: true,
  deletesLiveConditionally: true,
  provesLiveLeftOver: true,
  touchesLiveAtEveryTry: true,
  keepsLettersFirst: true,
  keepsLettersOfRecordedItems: true,
  endsUnwrittenRuns: true,
};
