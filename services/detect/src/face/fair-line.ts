/** On whose behalf a place is waited for. */
export interface Whose {
  /** The queue that the run's messages came through: small runs have one of their own. */
  readonly lane: string;
  readonly run: string;
}

/**
 * A line in which nobody waits for all of another's: whoever is next is of the lane that had its turn the longest ago, there of the run that had, and of that run the
 * one who has waited for the longest. So a small run gets at least every other place as long as it wants one, however many images of however many large runs
 * came before; and no lane waits for ever, for the others have their turns too.
 */
export class FairLine<Waiting> {
  /** By lane and run; each map in the order of the turns to come. */
  readonly #lanes = new Map<string, Map<string, Set<Waiting>>>();

  add({ lane, run }: Whose, waiting: Waiting): void {
    const runs = this.#lanes.get(lane) ?? new Map<string, Set<Waiting>>();
    const own = runs.get(run) ?? new Set<Waiting>();
    this.#lanes.set(lane, runs.set(run, own.add(waiting)));
  }

  /** Who has left the line, or never stood in it, changes nothing. */
  leave(whose: Whose, waiting: Waiting): void {
    this.#lanes.get(whose.lane)?.get(whose.run)?.delete(waiting);
    this.#forgetEmpty(whose);
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Takes the next one out; undefined: nobody waits. */
  next(): Waiting | undefined {
    for (const [lane, runs] of this.#lanes) {
      for (const [run, own] of runs) {
        for (const waiting of own) {
          own.delete(waiting);
          // Put last: the next turn is another's.
          runs.delete(run);
          runs.set(run, own);
          this.#lanes.delete(lane);
          this.#lanes.set(lane, runs);
          this.#forgetEmpty({ lane, run });
          return waiting;
        }
      }
    }
    return undefined;
  }

  #forgetEmpty({ lane, run }: Whose): void {
    const runs = this.#lanes.get(lane);
    if (runs?.get(run)?.size === 0) runs.delete(run);
    if (runs?.size === 0) this.#lanes.delete(lane);
  }
}
