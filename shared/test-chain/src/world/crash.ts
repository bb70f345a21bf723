/** The process dies in place of what it was about to do. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Where processes die, once for each piece of work, and once for each message: `after-handler`, when a handler is through and nobody has written down what it came
 * to, so that it is called again; `before-send`, when that is written down and what follows has not been sent.
 */
export type CrashPoint = 'after-handler' | 'before-send';

/** The crashes that were asked for, each of which comes once. */
export class Crashes {
  readonly #point: CrashPoint | undefined;
  readonly #had = new Set<string>();

  constructor(point: CrashPoint | undefined) {
    this.#point = point;
  }

  /** @throws Crash at this point, the first time that it is reached for this */
  reach(point: CrashPoint, what: string): void {
    if (point !== this.#point || this.#had.has(what)) return;
    this.#had.add(what);
    throw new Crash(`the process died ${point === 'after-handler' ? 'after the handler' : 'before it sent'}: ${what}`);
  }

  /** What stands before each send of a process: one that has died stays dead. */
  mortal(): (queue: string, text: string) => void {
    let isDead = false;
    return (queue, text) => {
      if (isDead) throw new Crash('the process is dead');
      isDead = true;
      this.reach('before-send', `${queue} ${text}`);
      isDead = false;
    };
  }
}
