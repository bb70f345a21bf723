/** States by number, in the order in which they were met, and the steps between them. */
export class StateGraph {
  /** The state whose steps are being taken; -1: none yet. */
  current = -1;
  readonly #ids = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #steps: string[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #ends: number[] = [];

  /** A step from one state to another. @param from -1 for the first state */
  see(key: string, from: number, step: string): { readonly id: number; readonly isNew: boolean } {
    const known = this.#ids.get(key);
    const id = known ?? this.#ids.size;
    if (known === undefined) {
      this.#ids.set(key, id);
      this.#parents.push(from);
      this.#steps.push(step);
    }
    if (from >= 0) {
      this.#from.push(from);
      this.#to.push(id);
    }
    return { id, isNew: known === undefined };
  }

  markEnd(id: number): void {
    this.#ends.push(id);
  }

  size(): { readonly states: number; readonly steps: number; readonly ends: number } {
    return { states: this.#ids.size, steps: this.#from.length, ends: this.#ends.length };
  }

  /** The steps by which a state was first met. */
  trace(id: number): string[] {
    const steps: string[] = [];
    for (let at = id; at >= 0; at = this.#parents[at] ?? -1) steps.push(this.#steps[at] ?? '');
    return steps.reverse();
  }

  /** States from which no end can be reached: those that a walk backwards from the ends doesn't meet. */
  deadEnds(): number[] {
    const { first, sources } = this.#incoming();
    const canEnd = new Uint8Array(this.#ids.size);
    const stack = [...this.#ends];
    for (const end of stack) canEnd[end] = 1;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (let edge = first[at] ?? 0; edge < (first[at + 1] ?? 0); edge += 1) {
        const source = sources[edge] ?? 0;
        if (canEnd[source] === 1) continue;
        canEnd[source] = 1;
        stack.push(source);
      }
    }
    return [...canEnd.keys()].filter((id) => canEnd[id] === 0);
  }

  /**
   * Finds a way that comes back to where it began. It removes states that nothing leads to any more, again
   * and again. A state that can't be removed is on a circle, or behind one.
   * @returns the way to such a state, or null
   */
  cycle(): string[] | null {
    const count = this.#ids.size;
    const incoming = new Uint32Array(count);
    for (const to of this.#to) incoming[to] = (incoming[to] ?? 0) + 1;
    const outgoing = this.#outgoing();
    const free = [...incoming.keys()].filter((id) => incoming[id] === 0);
    let taken = 0;
    for (let at = free.pop(); at !== undefined; at = free.pop()) {
      taken += 1;
      for (let edge = outgoing.first[at] ?? 0; edge < (outgoing.first[at + 1] ?? 0); edge += 1) {
        const target = outgoing.targets[edge] ?? 0;
        const rest = (incoming[target] ?? 0) - 1;
        incoming[target] = rest;
        if (rest === 0) free.push(target);
      }
    }
    if (taken === count) return null;
    const caught = incoming.findIndex((rest) => rest > 0);
    return this.trace(caught);
  }

  #incoming() {
    const { first, order } = sorted(this.#to, this.#ids.size);
    return { first, sources: order.map((edge) => this.#from[edge] ?? 0) };
  }

  #outgoing() {
    const { first, order } = sorted(this.#from, this.#ids.size);
    return { first, targets: order.map((edge) => this.#to[edge] ?? 0) };
  }
}
export type Graph = Pick<StateGraph, 'trace' | 'deadEnds' | 'cycle'>;

/** Edges ordered by one of their ends: those of state `n` are from `first[n]` up to `first[n + 1]`. */
function sorted(ends: readonly number[], count: number): { first: Uint32Array; order: Uint32Array } {
  const first = new Uint32Array(count + 1);
  for (const end of ends) first[end + 1] = (first[end + 1] ?? 0) + 1;
  for (let id = 0; id < count; id += 1) first[id + 1] = (first[id + 1] ?? 0) + (first[id] ?? 0);
  const next = first.slice();
  const order = new Uint32Array(ends.length);
  for (const [edge, end] of ends.entries()) {
    const place = next[end] ?? 0;
    order[place] = edge;
    next[end] = place + 1;
  }
  return { first, order };
}
