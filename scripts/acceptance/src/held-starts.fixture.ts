import type { Disturbance } from '@tally/testing';

/** Holds runs between the first row of their start and the last: they stay Pending. */
export interface HeldStarts {
  readonly disturb: Disturbance;
  /** From now on the start of this run is held. @returns lets it go on */
  hold(id: string): () => void;
}

export function heldStarts(): HeldStarts {
  const holds = new Map<string, Promise<void>>();
  return {
    // The ledger and its chunks are what a start writes after the run row.
    disturb: async ({ operation, batch, body }, forward) => {
      if (operation === 'EntityGroupTransaction' && batch?.[0]?.table === 'chunks') {
        for (const [id, released] of holds) if (body.includes(`${id}:`)) await released;
      }
      return await forward();
    },
    hold: (id) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(id, promise);
      return () => {
        holds.delete(id);
        resolve();
      };
    },
  };
}
