import type { Disturbance } from '@tally/testing';

/** Holds runs between the first and the last row of their start, so that they stay Pending. */
export interface HeldStarts {
  readonly disturb: Disturbance;
  /**
   * Holds the start of this run from now on.
   * @returns a function that releases it
   */
  hold(id: string): () => void;
}

export function heldStarts(): HeldStarts {
  const holds = new Map<string, Promise<void>>();
  return {
    // A start writes the ledger and its chunks after the run row.
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
