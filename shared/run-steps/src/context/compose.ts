import { type Chain, policyOf, queuesOf } from '@tally/chain';
import type { StorageConnection } from '@tally/contracts';
import { connectQueues } from '@tally/queues';
import { connectTables, createRunStore, createShardCommitter } from '@tally/run-store';
import { type StepContext, systemChance } from './context.ts';
import { Heartbeat } from './heartbeat.ts';
import { RunCache } from './run-cache.ts';
import type { StepLog } from './step-log.ts';
import { noTelemetry, type Telemetry } from './telemetry.ts';

/** A connected context, and how to make the account ready for it. */
export interface Composed<Item, Result, Folded> {
  readonly steps: StepContext<Item, Result, Folded>;
  /** Creates the chain's tables and queues where they aren't there. In Azure the deployment has done it, and the identities may not. */
  readonly prepare: () => Promise<void>;
}

/** Puts a chain together with the storage account that it lives in. */
export function compose<Item, Result, Folded>(
  chain: Chain<Item, Result, Folded>,
  connection: StorageConnection,
  log: StepLog,
  telemetry: Telemetry = noTelemetry,
): Composed<Item, Result, Folded> {
  const now = Date.now;
  const rows = {
    itemColumn: chain.item.column,
    itemSchema: chain.item.schema,
    resultSchema: chain.result,
    foldSchema: chain.fold.schema,
  };
  const store = createRunStore({ tables: connectTables(connection), rows });
  const queues = connectQueues(connection);
  const committer = createShardCommitter({ store, policy: policyOf(chain), now });
  const runs = new RunCache(store, now);
  const heartbeat = new Heartbeat(store, now, log);
  const steps = { chain, store, queues, committer, runs, heartbeat, log, telemetry, now, chance: systemChance };
  return {
    steps,
    prepare: async () => {
      await Promise.all([store.prepare(), queues.create(queuesOf(chain))]);
    },
  };
}
