import { FairLine, type Whose } from './fair-line.ts';
import type { Timing } from './timing.ts';

/** On whose behalf a call is made, and the signal that ends its wait. */
export interface Caller extends Whose {
  readonly signal: AbortSignal;
}

/** What a call shows about the endpoint's load. */
export type Verdict =
  | { readonly kind: 'served' }
  | { readonly kind: 'throttled'; readonly pauseMs: number }
  /** Neither served nor refused because of load, for example a cut connection. */
  | { readonly kind: 'unclear' };

/**
 * The longest pause of all calls. After it, a few calls ask the endpoint again. It is as long as the longest
 * sleep of one call.
 */
const MAX_PAUSE_MS = 30_000;

/**
 * Limits how many calls this process has under way at once. While the endpoint keeps up, the limit is the
 * setting. After the endpoint says that it is overloaded, the limit is lower.
 *
 * The rule is additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681, section
 * 3.1). Chiu and Jain (1989) show that callers that all follow it reach fair shares. A refusal halves the
 * limit. Calls that were already under way at that time halve it only once together, because they reflect the
 * old limit. A served call raises the limit by 1/limit, so a full round of calls raises it by one.
 *
 * Places are handed out in turn between the runs that wait for one.
 */
export class AdaptiveLimit {
  readonly #max: number;
  readonly #timing: Timing;
  readonly #closed = new AbortController();
  readonly #waiting = new FairLine<() => void>();
  /** How those who wait leave the line. All images of a chunk share one signal, so it has one listener. */
  readonly #leaving = new WeakMap<AbortSignal, Set<() => void>>();
  #limit: number;
  #running = 0;
  /** Counts the halvings, so that a call knows whether it started before the last one. */
  #halvings = 0;
  #pausedUntil = 0;
  #isWaking = false;

  /** @param max calls at once, at least 1 */
  constructor(max: number, timing: Timing) {
    this.#max = max;
    this.#limit = max;
    this.#timing = timing;
  }

  /** The number of calls that may be under way now. A fraction is progress towards the next integer. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Waits for a place, then calls.
   * @param judge what the result shows about the endpoint's load
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

  /** Cancels the timer. */
  close(): void {
    this.#closed.abort();
  }

  get #isFree(): boolean {
    return this.#running < Math.floor(this.#limit);
  }

  /** Milliseconds until calls may start again; 0 or less: now. */
  get #pauseMs(): number {
    return this.#pausedUntil - this.#timing.now();
  }

  async #place(caller: Caller): Promise<void> {
    const { signal } = caller;
    signal.throwIfAborted();
    // The usual case of a limit that isn't reached: it needs no place in line and no listener.
    if (this.#waiting.isEmpty && this.#isFree && this.#pauseMs <= 0) {
      this.#running += 1;
      return;
    }
    const leaving = this.#leavingOf(signal);
    const hasPlace = await new Promise<boolean>((resolve) => {
      const start = () => {
        leaving.delete(leave);
        resolve(true);
      };
      const leave = () => {
        this.#waiting.leave(caller, start);
        resolve(false);
      };
      leaving.add(leave);
      this.#waiting.add(caller, start);
      this.#admit();
    });
    // Checked only here: a signal that fires after the place was given must not lose the place.
    if (!hasPlace) signal.throwIfAborted();
  }

  #leavingOf(signal: AbortSignal): Set<() => void> {
    const known = this.#leaving.get(signal);
    if (known !== undefined) return known;
    const leaving = new Set<() => void>();
    this.#leaving.set(signal, leaving);
    const leaveAll = () => {
      for (const leave of leaving) leave();
    };
    signal.addEventListener('abort', leaveAll, { once: true });
    return leaving;
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
    const pauseMs = this.#pauseMs;
    if (pauseMs > 0) {
      this.#wakeAfter(pauseMs);
      return;
    }
    while (this.#isFree) {
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
    // The sleep fails only when the limit is closed. Then no call needs to be woken.
    this.#timing.sleep(pauseMs, this.#closed.signal).then(wake, () => undefined);
  }
}
