import type { Disturbance } from '@tally/testing';
import { type RunWrite, runWriteOf } from './run-writes.fixture.ts';

type Side = 'event' | 'time-out';

/**
 * Makes an approval's event and its time-out write their decisions to the same rows, in the wanted order. The
 * event's write waits at the proxy until the time-out's write has arrived. Then the winner's write goes
 * first.
 */
export class Race {
  readonly #winner: Side;
  readonly #steps = new Map<string, PromiseWithResolvers<void>>();

  constructor(winner: Side) {
    this.#winner = winner;
  }

  /** Resolves when this side's write has arrived at the proxy. */
  async came(runId: string, side: Side): Promise<void> {
    await this.#step(runId, `${side} came`).promise;
  }

  readonly disturb: Disturbance = async (request, forward) => {
    const write = runWriteOf(request);
    const side = write === null ? null : sideOf(write);
    if (write === null || side === null) return await forward();
    const { runId } = write;
    this.#step(runId, `${side} came`).resolve();
    if (side === 'event') await this.came(runId, 'time-out');
    if (side !== this.#winner) await this.#step(runId, 'won').promise;
    const answer = await forward();
    if (side === this.#winner) this.#step(runId, 'won').resolve();
    return answer;
  };

  #step(runId: string, name: string): PromiseWithResolvers<void> {
    const key = `${runId} ${name}`;
    const step = this.#steps.get(key) ?? Promise.withResolvers<void>();
    this.#steps.set(key, step);
    return step;
  }
}

function sideOf({ nodes, bringsEvent }: RunWrite): Side | null {
  const outcome = nodes?.['approval']?.outcome;
  if (bringsEvent) return outcome === 'succeeded' ? 'event' : null;
  return outcome === 'timedOut' ? 'time-out' : null;
}
