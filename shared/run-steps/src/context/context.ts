import { randomBytes } from 'node:crypto';
import type { Chain } from '@tally/chain';
import type { Queues } from '@tally/queues';
import type { Chance, Run, RunPolicy } from '@tally/run-state';
import type { RunStore, ShardCommitter, ShardKey } from '@tally/run-store';
import type { Heartbeat } from './heartbeat.ts';
import type { RunCache } from './run-cache.ts';
import type { StepLog } from './step-log.ts';
import type { Telemetry } from './telemetry.ts';

/** What every step of a run works with: the chain, the adapters, and chance and time, which tests put in their own hands. */
export interface StepContext<Item, Result, Folded> {
  readonly chain: Chain<Item, Result, Folded>;
  readonly store: RunStore<Item, Result, Folded>;
  readonly committer: ShardCommitter<Item, Result, Folded>;
  readonly queues: Queues;
  readonly runs: RunCache;
  readonly heartbeat: Heartbeat;
  readonly log: StepLog;
  readonly telemetry: Telemetry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly chance: () => Chance;
}

/** Chance for real: a token of 96 random bits, short enough to be read, long enough never to come twice. */
export function systemChance(): Chance {
  return { tok: randomBytes(12).toString('base64url'), jitter: Math.random() };
}

/** What the rules of a run need to know of the chain. */
export function runPolicyOf<Item, Result, Folded>(chain: Chain<Item, Result, Folded>): RunPolicy<Folded> {
  return { fold: chain.fold, summarize: (run, total) => chain.summarize({ ...total, total: run.total }) };
}

export function shardKeyOf(run: Pick<Run, 'runId' | 'gen'>, stage: string, shard: number): ShardKey {
  return { runId: run.runId, gen: run.gen, stage, shard };
}
