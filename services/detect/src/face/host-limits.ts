import { AdaptiveLimit, type Caller, type Verdict } from './adaptive-limit.ts';
import type { Timing } from './timing.ts';

/** A host that says it is too busy, and not for how long, is left alone for a second: rates are told by the second. */
const PAUSE_MS = 1_000;

/** A run may name a host an image; so many are remembered. */
const MAX_HOSTS = 1_000;

interface Host {
  readonly limit: AdaptiveLimit;
  /** Calls under way or waiting. */
  calls: number;
}

/**
 * Keeps the images' hosts from being hammered: each is asked by as many calls at once as it keeps up with, and by none while it wants to be
 * left alone. One slow host leaves the images of the others alone.
 */
export class HostLimits {
  readonly #max: number;
  readonly #timing: Timing;
  readonly #hosts = new Map<string, Host>();

  /** @param max calls at once for the images of one host */
  constructor(max: number, timing: Timing) {
    this.#max = max;
    this.#timing = timing;
  }

  /**
   * Waits until the image's host may be asked, then calls.
   * @param judge what the result tells of the host's load
   * @throws what `call` throws; the signal's reason when it fires before there is a place
   */
  async run<T>(imageUrl: string, call: () => Promise<T>, judge: (result: T) => Verdict, caller: Caller): Promise<T> {
    const name = URL.parse(imageUrl)?.host ?? '';
    const host = this.#hosts.get(name) ?? { limit: new AdaptiveLimit(this.#max, this.#timing), calls: 0 };
    // Put last again: the first ones are those not asked for the longest time.
    this.#hosts.delete(name);
    this.#hosts.set(name, host);
    host.calls += 1;
    try {
      return await host.limit.run(call, (result) => atLeastASecond(judge(result)), caller);
    } finally {
      host.calls -= 1;
      this.#forget();
    }
  }

  /** Leaves no timer behind. */
  close(): void {
    for (const { limit } of this.#hosts.values()) limit.close();
  }

  #forget(): void {
    if (this.#hosts.size <= MAX_HOSTS) return;
    const idle = [...this.#hosts].find(([, { calls }]) => calls === 0);
    if (idle === undefined) return;
    const [name, { limit }] = idle;
    limit.close();
    this.#hosts.delete(name);
  }
}

function atLeastASecond(verdict: Verdict): Verdict {
  return verdict.kind === 'throttled' ? { ...verdict, pauseMs: Math.max(verdict.pauseMs, PAUSE_MS) } : verdict;
}
