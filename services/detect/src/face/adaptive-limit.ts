import { FairLine, type Whose } from './fair-line.ts';
import type { Timing } from './timing.ts';

/** Who asks for a call, and until when they want it. */
export interface Caller extends Whose {
  readonly signal: AbortSignal;
}

/** How a call went, as far as it tells of the endpoint's load. */
export type Verdict =
  | { readonly kind: 'served' }
  | { readonly kind: 'throttled'; readonly pauseMs: number }
  /** Neither served nor refused for load: a cut connection, say. */
  | { readonly kind: 'unclear' };

/** The longest pause of all calls; after it the endpoint is asked again, by few. It is as long as the longest sleep of one call. */
const MAX_PAUSE_MS = 30_000;

/**
 * How many calls this process has under way at once: as many as the setting says while the endpoint keeps up, fewer after it said that
 * it doesn't. Additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681, section 3.1; Chiu and Jain, 1989,
 * show that callers who all do this come to fair shares): halved by a refusal, and by one only for all calls that were already under
 * way when it came, as they tell of the old width; widened by 1/limit per served call, that is by one per full round of calls.
 * Places are handed out in turn between the runs that wait for one.
 */
export class AdaptiveLimit {
  readonly #max: number;
  readonly #timing: Timing;
  readonly #closed = new AbortController();
  readonly #waiting = new FairLine<() => void>();
  #limit: number;
  #running = 0;
  /** Counts the halvings, so that a call knows whether it started before the last one. */
  #halvings = 0;
  #pausedUntil = 0;
  #isWaking = false;

  /** @param max calls at once, from 1 */
  constructor(max: number, timing: Timing) {
    this.#max = max;
    this.#limit = max;
    this.#timing = timing;
  }

  /** Calls that may be under way now; a fraction is on its way to the next whole one. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Waits for a place, then calls.
   * @param judge what the result tells of the endpoint's load
   * @throws what `call` throws; the signal's reason when it fires before there is a place
   */
  async run<T>(call: () => Promise<T>, judge: (result: T) => Verdict, caller: Caller): Promise<T> {
    await this.#place(caller);
    const halvings = this.#halvings;
    let verdict: Verdict = { kind: 'unclear' };
    try {
      const result = await call();
      verdict = judge(result);
      return result;
    } finally {
      this.#running -= 1;
      this.#learn(verdict, halvings);
      this.#admit();
    }
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#closed.abort();
  }

  async #place(caller: Caller): Promise<void> {
    const { signal } = caller;
    signal.throwIfAborted();
    const hasPlace = await new Promise<boolean>((resolve) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.#waiting.leave(caller, start);
        resolve(false);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(caller, start);
      this.#admit();
    });
    // Only here: a signal that fires after the place was given must not lose the place.
    if (!hasPlace) signal.throwIfAborted();
  }

  #learn(verdict: Verdict, halvingsAtStart: number): void {
    if (verdict.kind === 'served') {
      this.#limit = Math.min(this.#max, this.#limit + 1 / this.#limit);
    }
    if (verdict.kind === 'throttled') {
      const pauseMs = Math.min(verdict.pauseMs, MAX_PAUSE_MS);
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#timing.now() + pauseMs);
      if (halvingsAtStart !== this.#halvings) return;
      this.#limit = Math.max(1, this.#limit / 2);
      this.#halvings += 1;
    }
  }

  #admit(): void {
    if (this.#waiting.isEmpty) return;
    const pauseMs = this.#pausedUntil - this.#timing.now();
    if (pauseMs > 0) {
      this.#wakeAfter(pauseMs);
      return;
    }
    while (this.#running < Math.floor(this.#limit)) {
      const start = this.#waiting.next();
      if (start === undefined) return;
      this.#running += 1;
      start();
    }
  }

  #wakeAfter(pauseMs: number): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    const wake = () => {
      this.#isWaking = false;
      this.#admit();
    };
    // The sleep fails only when the limit is closed, and then nobody is to be woken.
    this.#timing.sleep(pauseMs, this.#closed.signal).then(wake, () => undefined);
  }
}
