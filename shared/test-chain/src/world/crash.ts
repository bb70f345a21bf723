/** The process dies instead of what it was about to do. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Where processes die, once for each piece of work and once for each message. `after-handler`: a handler is
 * done and its outcome isn't recorded yet, so it is called again. `before-send`: the outcome is recorded, and
 * the messages that follow haven't been sent.
 */
export type CrashPoint = 'after-handler' | 'before-send';

/** The requested crashes. Each one happens once. */
export class Crashes {
  readonly #point: CrashPoint | undefined;
  readonly #had = new Set<string>();

  constructor(point: CrashPoint | undefined) {
    this.#point = point;
  }

  /** @throws Crash at this point, the first time that this work or message reaches it */
  reach(point: CrashPoint, what: string): void {
    if (point !== this.#point || this.#had.has(what)) return;
    this.#had.add(what);
    throw new Crash(`the process died ${point === 'after-handler' ? 'after the handler' : 'before it sent'}: ${what}`);
  }

  /** A check to call before each send of a process. A process that has died stays dead. */
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
