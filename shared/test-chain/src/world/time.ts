import { type Duration, durationMs } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import type { NodeState, Run } from '@tally/run-state';
import { watchRuns } from '@tally/run-steps';
import type { Post } from './post.ts';
import type { TestWorld } from './test-world.ts';

/** The watchdog's period. If nothing else is due, the clock moves on to its next pass. */
const PASS_MS = 30_000;
/** The most passes in a row that find nothing. By then every possible repair has had its time. */
const MAX_IDLE_PASSES = 3_000;

/** The result of a step. */
export type Step = 'moved' | 'at-limit' | 'nothing-due';

/** Lets things happen in order: what is due now, then the clock moves to what is due next. */
export class Time {
  readonly #world: TestWorld;
  readonly #post: Post;
  #idlePasses = 0;
  #watchedAt: number | undefined;

  constructor(world: TestWorld, post: Post) {
    this.#world = world;
    this.#post = post;
  }

  /**
   * Delivers one message. If none is visible, lets the watchdog look and moves the clock.
   * @param limit the clock goes no further, in milliseconds since 1970
   * @returns `nothing-due`: everything live waits forever for something outside
   */
  async step(limit = Number.POSITIVE_INFINITY): Promise<Step> {
    if (await this.#post.deliverOne()) {
      this.#idlePasses = 0;
      return 'moved';
    }
    if (await this.#watch()) return 'moved';
    const due = await this.#nextDue();
    if (due === null) return 'nothing-due';
    this.#world.clock = Math.min(due, limit);
    return this.#world.clock === limit && due > limit ? 'at-limit' : 'moved';
  }

  /** Lets everything that is due within a while happen, and moves the clock to its end. */
  async pass(duration: Duration): Promise<void> {
    const end = this.#world.clock + durationMs(duration);
    for (;;) {
      const step = await this.step(end);
      if (step !== 'moved') break;
    }
    this.#world.clock = end;
  }

  /** Delivers what is visible now, and doesn't move the clock. */
  async settle(): Promise<void> {
    while (await this.#post.deliverOne());
  }

  /**
   * Looks once at each instant.
   * @returns whether it had to help
   */
  async #watch(): Promise<boolean> {
    if (this.#watchedAt === this.#world.clock) return false;
    this.#watchedAt = this.#world.clock;
    const { failed, repaired } = await watchRuns(this.#world.process());
    for (const { error } of failed) throw error;
    return repaired > 0 || this.#world.queues.nextVisibleAt() <= this.#world.clock;
  }

  async #nextDue(): Promise<number | null> {
    const { clock, queues } = this.#world;
    const live = await this.#liveRuns();
    const due = Math.min(queues.nextVisibleAt(), ...live.flatMap(dueTimes).filter((at) => at > clock));
    if (due !== Number.POSITIVE_INFINITY) return due;
    if (!live.some(isAtWork)) return null;
    // Something is out without a message: it got lost, and the watchdog will send it again when it is due.
    this.#idlePasses += 1;
    if (this.#idlePasses > MAX_IDLE_PASSES)
      throw new Error(`nothing has happened for ${(MAX_IDLE_PASSES * PASS_MS) / 3_600_000} hours of the test's clock`);
    return clock + PASS_MS;
  }

  async #liveRuns(): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for await (const { runId } of this.#world.store.listLive()) {
      const run = await this.#world.store.readRun(runId);
      if (run !== null) runs.push(run.value);
    }
    return runs;
  }
}

/** When something of a run is due according to its row, whether or not a message will come for it. */
function dueTimes({ options: { deadline }, nodes }: Run): number[] {
  const waits = Object.values(nodes).flatMap((node) => (node.state === 'waiting' ? (node.until ?? []) : []));
  // What comes at the very instant of the deadline is still on time.
  return deadline === undefined ? waits : [...waits, deadline + 1];
}

/** Whether the run goes on without outside action. */
function isAtWork(run: Run): boolean {
  if (isTerminal(run.status)) return true; // still to be cleaned up, or it would not be live
  if (run.status === 'Suspended') return false;
  return run.status === 'Pending' || Object.values(run.nodes).some(isNodeAtWork);
}

function isNodeAtWork(node: NodeState): boolean {
  return node.state === 'out' || node.state === 'open' || (node.state === 'waiting' && node.until !== null);
}
