import type { Model, Staff } from './model.ts';
import { type Actor, type Entry, LiveProcess, type Pending } from './process.ts';
import type { World } from './world.ts';

/** Everything there is at one instant. It is never changed, only replaced. */
export interface State {
  readonly world: World;
  readonly processes: readonly ProcessState[];
  readonly left: Readonly<Partial<Record<string, number>>>;
  /** How many processes there have been, so that each has a name of its own. */
  readonly born: number;
  /** How often all processes have waited for time to pass. */
  readonly pauses: number;
  /** The process that went on last. */
  readonly last: number;
}

export interface ProcessState {
  readonly id: number;
  readonly role: string;
  readonly aheadMs: number;
  readonly isKept: boolean;
  /** No other process goes on before it is done. */
  readonly isAlone: boolean;
  /** Whether it will still remember a row as it was. */
  readonly isStale: boolean;
  readonly tasks: readonly TaskState[];
  readonly begun: number;
  readonly journal: readonly Entry[];
  readonly pending: readonly Pending[];
  readonly ticks: boolean;
  /** The process itself, at exactly this point. A move that goes on with it takes it away. */
  readonly live: { process: LiveProcess | null };
}

export interface TaskState {
  readonly task: number;
  readonly actor: Actor;
  /** Over, with or without an error. Its message is still to be deleted, or given back. */
  readonly outcome: { readonly error: Error | null } | null;
}

export function staffOf({ configuration }: Model, role: string): Staff {
  return configuration.staff?.[role] ?? { most: 1 };
}

/** Whether any process works. */
export function isBusy({ processes }: State): boolean {
  return processes.some(({ tasks }) => tasks.length > 0);
}

/** The process that begins something. */
export interface Who {
  readonly role: string;
  readonly aheadMs?: number;
  readonly isKept?: boolean;
  readonly isStale?: boolean;
  readonly isAlone?: boolean;
}

export function newProcess(id: number, who: Who): ProcessState {
  const { role, aheadMs = 0, isKept = false, isStale = false, isAlone = false } = who;
  return {
    ...{ id, role, aheadMs, isKept, isStale, isAlone, tasks: [], begun: 0, journal: [], pending: [], ticks: false },
    live: { process: null },
  };
}

/** Takes the process itself, or brings a copy of it to the same point. */
export async function revive({ system }: Model, { id, journal, live }: ProcessState): Promise<LiveProcess> {
  const taken = live.process;
  live.process = null;
  if (taken !== null) return taken;
  const process = new LiveProcess(String(id), system.create);
  for (const entry of journal) await process.apply(entry);
  return process;
}
