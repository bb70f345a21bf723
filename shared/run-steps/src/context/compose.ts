import { poisonQueueOf, type StorageConnection } from '@tally/contracts';
import { connectQueues } from '@tally/queues';
import { connectTables, createRunStore } from '@tally/run-store';
import { type StepContext, systemChance } from './context.ts';
import { CountsCache } from './counts-cache.ts';
import { Heartbeat } from './heartbeat.ts';
import { MapStages } from './map-stage.ts';
import { type Registry, stagesOf } from './registry.ts';
import { RunCache } from './run-cache.ts';
import { noFiles, type RunFiles } from './run-files.ts';
import type { StepLog } from './step-log.ts';
import { noTelemetry, type Telemetry } from './telemetry.ts';

/** A connected context, and how to prepare its account. */
export interface Composed {
  readonly steps: StepContext;
  /**
   * Creates the tables and the chains' queues where they don't exist. In Azure the deployment has created
   * them, and the identities may not.
   */
  readonly prepare: () => Promise<void>;
}

/**
 * A delivery that goes on saves a message: a put, a receive, a delete and the wait for a look at the queue.
 * Meanwhile messages of other runs wait for its place. So it ends after a time that hardly delays them.
 */
const GO_ON_MS = 20_000;

/**
 * The usual window of the usual chunks. To send so many takes a tenth of a second, for which the caller of the start
 * waits.
 */
const START_SENDS = 64;

/** Connects chains with the storage account that they live in. */
export function compose(
  registry: Registry,
  connection: StorageConnection,
  log: StepLog,
  telemetry: Telemetry = noTelemetry,
  files: RunFiles = noFiles,
): Composed {
  const now = Date.now;
  const store = createRunStore({ tables: connectTables(connection) });
  const queues = connectQueues(connection);
  const maps = new MapStages(registry, { store, now });
  const runs = new RunCache(store, now);
  const heartbeat = new Heartbeat(store, now, log);
  const counts = new CountsCache();
  const caches = { runs, counts, heartbeat };
  const steps: StepContext = {
    ...{ registry, store, maps, queues, files, ...caches, log, telemetry },
    ...{ goOnMs: GO_ON_MS, startSends: START_SENDS, now, chance: systemChance },
  };
  return {
    steps,
    prepare: async () => {
      await Promise.all([store.prepare(), queues.create(queuesOf(registry))]);
    },
  };
}

/** All queues of a registry, each followed by its poison queue. */
export function queuesOf(registry: Registry): string[] {
  return stagesOf(registry).flatMap(({ name }) => [name, poisonQueueOf(name)]);
}
