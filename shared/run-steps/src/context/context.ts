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

/** What every step of a run works with: the chains, the adapters, and chance and time, which tests put in their own hands. */
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
  /** For so long a delivery goes on with what its commits claim; 0: it sends all of it. Milliseconds. */
  readonly goOnMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly chance: () => Chance;
}

/** Chance for real: a token of 96 random bits, short enough to be read, long enough never to come twice. */
export function systemChance(): Chance {
  return { tok: randomBytes(12).toString('base64url'), jitter: Math.random() };
}
