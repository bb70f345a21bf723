import * as z from 'zod';
import { audit } from './audit/audit.ts';
import { Caller } from './caller.ts';
import type { ChaosSystem } from './chaos-system.ts';
import type { PlannedRun, PlannedWork } from './plans.ts';
import { PASS_MS } from './run-timers.ts';
import type { Verb } from './schedule.ts';
import { finalizeAll } from './settle.ts';
import type { Effect } from './works/recorder.ts';

const statusSchema = z.object({
  runtimeStatus: z.string(),
  output: z.unknown(),
  nodes: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      outcome: z.string().optional(),
      attempts: z.number().optional(),
      until: z.iso.datetime().nullish(),
      error: z.object({ code: z.string() }).optional(),
    }),
  ),
  counts: z.object({ succeeded: z.number(), failed: z.number(), total: z.number() }),
});
type Status = z.infer<typeof statusSchema>;

const itemsSchema = z.object({
  items: z.array(z.object({ index: z.number(), error: z.object({ code: z.string() }).optional() })),
});

/** One run in a system, watched until its end by the system's clock. */
export class WatchedRun {
  readonly #system: ChaosSystem;
  readonly #caller: Caller;
  readonly #id: string;

  private constructor(system: ChaosSystem, caller: Caller, id: string) {
    this.#system = system;
    this.#caller = caller;
    this.#id = id;
  }

  static async start(system: ChaosSystem, id: string, urls: readonly string[]): Promise<WatchedRun> {
    return await WatchedRun.startAs(system, { chain: 'face-happiness', id, urls, options: {}, deadlineMs: null });
  }

  static async startAs(system: ChaosSystem, plan: PlannedRun): Promise<WatchedRun> {
    const { id } = plan;
    const caller = new Caller([plan], { url: () => system.url, now: () => system.clock.now(), note: () => {} });
    const [run] = caller.runs;
    if (run === undefined) throw new Error('a caller of one run has none');
    await caller.start(run);
    if (!run.isAcknowledged) throw new Error(`the start of ${id} was not answered with 202`);
    return new WatchedRun(system, caller, id);
  }

  get id(): string {
    return this.#id;
  }

  /** @throws Error if the call is not answered with success */
  async act(verb: Verb): Promise<void> {
    const [run] = this.#caller.runs;
    if (run === undefined) return;
    run.done.delete(verb);
    await this.#caller.act(run, verb);
    if (verb !== 'start' && !run.done.has(verb)) throw new Error(`${verb} of ${this.#id} was refused`);
  }

  /** The work requested from the handlers of a node, over all rounds. */
  effects(node: string): readonly Effect[] {
    return this.#system.recorder.effectsOf(this.#id).filter(({ call }) => call.node === node);
  }

  async status(): Promise<Status> {
    return statusSchema.parse(await this.#caller.status(this.#id));
  }

  /** The images that failed, each with its code: of the run's first thousand. */
  async failures(): Promise<{ readonly index: number; readonly code: string }[]> {
    const { items } = itemsSchema.parse(await this.#caller.items(this.#id));
    return items.flatMap(({ index, error }) => (error === undefined ? [] : [{ index, code: error.code }]));
  }

  /**
   * Lets time pass, half a minute whenever the system is idle, until the status is as wanted.
   * @param stepMs how much time passes instead
   * @returns the milliseconds that passed on the system's clock
   */
  async until(
    isWanted: (status: Status) => boolean,
    limitMs: number,
    stepMs: () => Promise<number> = async () => PASS_MS,
  ): Promise<number> {
    const begun = this.#system.clock.now();
    while (!isWanted(await this.status())) {
      const passed = this.#system.clock.now() - begun;
      if (passed > limitMs) throw new Error(`not after ${passed / 1_000} s\n${this.#system.log()}`);
      if (await this.#system.quiet(1_000)) await this.#system.passTime(await stepMs());
    }
    return this.#system.clock.now() - begun;
  }

  /**
   * Violations of the rules, for a run that has ended. Lets time pass first until all runs are finalized: a
   * message of an end may be hidden after a fault.
   */
  async audit(): Promise<string[]> {
    const unfinished = await finalizeAll(this.#system);
    return unfinished.length > 0 ? unfinished : await audit(this.#system, this.#caller);
  }
}

export function hasEnded({ runtimeStatus }: Status): boolean {
  return ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus);
}

/** Whether the run has a node in this state. */
export function isAt(node: string, state: string) {
  return ({ nodes }: Status): boolean => nodes.some((one) => one.name === node && one.state === state);
}

/** An order without planned faults. */
export function plannedOrder(id: string, approvalTimeout: PlannedWork['approvalTimeout'] = '20m'): PlannedWork {
  return { chain: 'orders', id, troubles: [], approvalTimeout, deadlineMs: null };
}

/** A media file without planned faults. */
export function plannedMedia(id: string): PlannedWork {
  return { chain: 'media', id, troubles: [], approvalTimeout: '20m', deadlineMs: null };
}

/** Addresses at which the stub of the Face endpoint finds a face. */
export function photos(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `https://photos.example/${index}.jpg`);
}
