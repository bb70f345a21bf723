/**
 * The waiting listeners of the queues in this process. A poison copy ends the wait of the poison queue's
 * listener at once (rule 6).
 */
export class WakeUps {
  readonly #listeners = new Map<string, Set<() => void>>();

  on(queueUrl: string, wake: () => void): void {
    const listeners = this.#listeners.get(queueUrl) ?? new Set();
    this.#listeners.set(queueUrl, listeners.add(wake));
  }

  wake(queueUrl: string): void {
    for (const wake of this.#listeners.get(queueUrl) ?? []) wake();
  }
}
