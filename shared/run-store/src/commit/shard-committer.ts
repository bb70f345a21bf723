import type { StagePolicy } from '@tally/contracts';
import { changedChunks, type ShardStore } from '../records/shard-records.ts';
import { shardPartition } from '../rows/keys.ts';
import type { ShardKey } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import { isPassing, retrying } from '../tables/retrying.ts';
import { COMMIT_MAX_BYTES, TRANSACTION_MAX_ROWS } from '../tables/table-limits.ts';
import type { Tables } from '../tables/tables.ts';
import type { Commit, CommitJob } from './commit-job.ts';
import { LedgerCache } from './ledger-cache.ts';
import { type CommitLimits, decideMerged, isDisproved, type MergedDecision } from './merged-decision.ts';
import { ShardView } from './shard-view.ts';

export interface ShardCommitter {
  /**
   * Decides an event on a shard's rows and commits what it changes.
   * @returns `missing` where the shard has no ledger
   * @throws UnsettledError, UnreadableRowError; the storage's own error for a bad request
   */
  commit(key: ShardKey, job: CommitJob): Promise<Commit | 'missing'>;
}

export interface CommitterParts {
  readonly store: Pick<ShardStore, 'readLedger' | 'readChunk' | 'commitShard'>;
  readonly policy: StagePolicy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1): spreads the pauses after conflicts. */
  readonly random?: (() => number) | undefined;
  /** Waits between two tries, in milliseconds. */
  readonly pause: Tables['pause'];
  readonly limits?: CommitLimits | undefined;
  /** How many ledgers are remembered between commits. */
  readonly remembered?: number | undefined;
}

/** One row of every transaction is the ledger's. */
const LIMITS: CommitLimits = { rows: TRANSACTION_MAX_ROWS - 1, bytes: COMMIT_MAX_BYTES };

/**
 * A process works on the shards of a few runs at a time, of at most 64 shards each; a ledger takes some
 * kilobytes.
 */
const REMEMBERED = 256;

interface Waiting {
  readonly job: CommitJob;
  readonly resolve: (commit: Commit | 'missing') => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits of this process to one shard go one after another, and those that wait go together, in one
 * transaction. So a busy worker doesn't fight itself over the ledger's ETag. Between processes the ETags
 * decide.
 */
export function createShardCommitter(parts: CommitterParts): ShardCommitter {
  const { store, policy, now, random, pause, limits = LIMITS } = parts;
  const cache = new LedgerCache(parts.remembered ?? REMEMBERED);
  const lanes = new Map<string, Waiting[]>();

  async function drain(key: ShardKey, lane: Waiting[]): Promise<void> {
    while (lane.length > 0) lane.unshift(...(await commitTogether(key, lane.splice(0, limits.rows))));
    lanes.delete(shardPartition(key));
  }

  /** @returns those that don't fit and are still to be committed */
  async function commitTogether(key: ShardKey, batch: readonly Waiting[]) {
    const waiting = new Map(batch.map((entry) => [entry.job, entry]));
    const left: Waiting[] = [];
    try {
      await settle(key, waiting, left);
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
    }
    return left;
  }

  /** Takes every job out of `waiting`: it is answered, or put into `left`. */
  async function settle(key: ShardKey, waiting: Map<CommitJob, Waiting>, left: Waiting[]): Promise<void> {
    const shard = shardPartition(key);
    const isFresh = [...waiting.keys()].some((job) => job.fresh === true);
    const view = new ShardView(store, key, isFresh ? null : cache.get(shard));
    const take = (job: CommitJob) => {
      const entry = waiting.get(job);
      if (entry === undefined) throw new Error('a job was answered twice');
      waiting.delete(job);
      return entry;
    };

    const decide = async () => {
      const merged = await decideMerged(view, [...waiting.keys()], policy, now(), limits);
      for (const [job, error] of merged?.failed ?? []) take(job).reject(error);
      left.unshift(...(merged?.left ?? []).map(take));
      return merged;
    };

    let failed: { readonly merged: MergedDecision; readonly error: unknown } | null = null;
    const attempt = async (failures: number) => {
      if (failed !== null) await reload(view, failed.merged, failed.error, failures);
      let merged = await decide();
      // A disproof reads presumed rows, which then stand in the view as read. So it comes once a row at most.
      while (merged !== null && (await isDisproved(view, merged))) merged = await decide();
      if (merged === null) {
        cache.delete(shard);
        for (const job of waiting.keys()) take(job).resolve('missing');
        return;
      }
      try {
        const rows = await commitMerged(key, merged);
        cache.set(shard, rows.ledger);
        for (const { job, decision } of merged.decided) {
          take(job).resolve({ effects: decision.effects, dropped: decision.dropped, rows });
        }
      } catch (error) {
        cache.delete(shard);
        // One bad job must not sink its neighbours: each is committed alone.
        if (!isPassing(error) && waiting.size > 1) {
          for (const job of waiting.keys()) await commitTogether(key, [take(job)]);
          return;
        }
        failed = { merged, error };
        throw error;
      }
    };
    await retrying({ pause }, `commit to the shard ${shard}`, attempt, { random });
  }

  async function commitMerged(key: ShardKey, { before, after }: MergedDecision) {
    return after === null ? before : await store.commitShard(key, before, after);
  }

  return {
    commit: (key, job) =>
      new Promise((resolve, reject) => {
        const shard = shardPartition(key);
        const lane = lanes.get(shard);
        const entry = { job: { ...job }, resolve, reject };
        if (lane !== undefined) {
          lane.push(entry);
          return;
        }
        const opened = [entry];
        lanes.set(shard, opened);
        void drain(key, opened);
      }),
  };
}

/**
 * A conflict names its row: that row is read again, and the rest still stands. After a second conflict in a
 * row, or if no answer came, all is read. What was perhaps committed is recognised by its tokens (I4).
 */
async function reload(
  view: ShardView,
  { before, after }: MergedDecision,
  error: unknown,
  failures: number,
): Promise<void> {
  if (!(error instanceof ConflictError) || failures > 1 || after === null) {
    view.forget();
    return;
  }
  if (error.index === 0) {
    await view.refreshLedger();
    return;
  }
  const number = changedChunks(before.chunks, after.chunks)[error.index - 1];
  if (number === undefined) view.forget();
  else await view.refreshChunk(number);
}
