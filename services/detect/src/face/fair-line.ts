/** The lane and the run that a waiter belongs to. */
export interface Whose {
  /** The queue that the run's messages came through. Small runs have a queue of their own. */
  readonly lane: string;
  readonly run: string;
}

/**
 * A line in which no run waits until all images of another are served. The next waiter is of the lane whose
 * turn was longest ago, there of the run whose turn was longest ago. Within that run it is the one that has
 * waited longest.
 *
 * So a small run gets at least every other place as long as it wants one, however many images of large runs
 * came before. No lane waits forever, because the others have their turns too.
 */
export class FairLine<Waiting> {
  /** By lane and run. Each map is in the order of the turns to come. */
  readonly #lanes = new Map<string, Map<string, Set<Waiting>>>();

  add({ lane, run }: Whose, waiting: Waiting): void {
    const runs = this.#lanes.get(lane) ?? new Map<string, Set<Waiting>>();
    const own = runs.get(run) ?? new Set<Waiting>();
    this.#lanes.set(lane, runs.set(run, own.add(waiting)));
  }

  /** Removes a waiter. It does nothing for one that has left the line or was never in it. */
  leave(whose: Whose, waiting: Waiting): void {
    this.#lanes.get(whose.lane)?.get(whose.run)?.delete(waiting);
    this.#forgetEmpty(whose);
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Takes the next waiter out; undefined when the line is empty. */
  next(): Waiting | undefined {
    for (const [lane, runs] of this.#lanes) {
      for (const [run, own] of runs) {
        for (const waiting of own) {
          own.delete(waiting);
          // The next turn is another's.
          putLast(runs, run, own);
          putLast(this.#lanes, lane, runs);
          if (own.size === 0) this.#forgetEmpty({ lane, run });
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

/** An entry that is alone stands last already. That is the usual case, and spares two writes for every image. */
function putLast<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size === 1) return;
  map.delete(key);
  map.set(key, value);
}
