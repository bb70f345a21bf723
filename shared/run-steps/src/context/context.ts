import { randomBytes } from 'node:crypto';
import type { Queues } from '@tally/queues';
import type { Chance } from '@tally/run-state';
import type { RunStore } from '@tally/run-store';
import type { CountsCache } from './counts-cache.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { MapStages } from './map-stage.ts';
import type { Registry } from './registry.ts';
import type { RunCache } from './run-cache.ts';
import type { RunFiles } from './run-files.ts';
import type { StepLog } from './step-log.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * What every step of a run works with: the chains, the adapters, chance and time. Tests control chance and
 * time.
 */
export interface StepContext {
  readonly registry: Registry;
  readonly store: RunStore;
  readonly maps: MapStages;
  readonly queues: Queues;
  readonly files: RunFiles;
  readonly runs: RunCache;
  readonly counts: CountsCache;
  readonly heartbeat: Heartbeat;
  readonly log: StepLog;
  readonly telemetry: Telemetry;
  /** How long a delivery goes on with what its commits claim, in milliseconds. 0: it sends all of it. */
  readonly goOnMs: number;
  /** How many messages of its items a start sends itself. 0: those of its first shard, however many. */
  readonly startSends: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly chance: () => Chance;
}

/** Real chance: a token of 96 random bits is short enough to read, and long enough never to repeat. */
export function systemChance(): Chance {
  return { token: randomBytes(12).toString('base64url'), jitter: Math.random() };
}
