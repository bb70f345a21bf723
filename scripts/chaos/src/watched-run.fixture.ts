import { z } from 'zod';
import { audit } from './audit/audit.ts';
import { Caller } from './caller.ts';
import type { ChaosSystem } from './chaos-system.ts';

const statusSchema = z.object({
  runtimeStatus: z.string(),
  counts: z.object({ succeeded: z.number(), failed: z.number(), total: z.number() }),
});
type Status = z.infer<typeof statusSchema>;

/** One run in a system, watched to its end by the system's clock. */
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
    const plan = { id, urls, options: {}, deadlineMs: null };
    const caller = new Caller([plan], { url: () => system.url, now: () => system.clock.now(), note: () => {} });
    const [run] = caller.runs;
    if (run === undefined) throw new Error('a caller of one run has none');
    await caller.start(run);
    if (!run.isAcknowledged) throw new Error(`the start of ${id} was not answered with 202`);
    return new WatchedRun(system, caller, id);
  }

  async status(): Promise<Status> {
    return statusSchema.parse(await this.#caller.status(this.#id));
  }

  /**
   * Lets time pass, half a minute whenever nothing moves any more, until the status is as wanted.
   * @param stepMs how much time passes instead
   * @returns the milliseconds by the system's clock that it took
   */
  async until(
    isWanted: (status: Status) => boolean,
    limitMs: number,
    stepMs: () => Promise<number> = async () => 30_000,
  ): Promise<number> {
    const begun = this.#system.clock.now();
    while (!isWanted(await this.status())) {
      const passed = this.#system.clock.now() - begun;
      if (passed > limitMs) throw new Error(`not after ${passed / 1_000} s\n${this.#system.log()}`);
      if (await this.#system.quiet(1_000)) await this.#system.passTime(await stepMs());
    }
    return this.#system.clock.now() - begun;
  }

  /** What the rules forbid and is there all the same; of a run that has ended and been cleaned up. */
  async audit(): Promise<string[]> {
    return await audit(this.#system, this.#caller);
  }
}

export function hasEnded({ runtimeStatus }: Status): boolean {
  return ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus);
}

/** Addresses that the stub of the Face endpoint finds a face at. */
export function photos(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `https://photos.example/${index}.jpg`);
}
