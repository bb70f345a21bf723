import { AdaptiveLimit, type Caller, type Verdict } from './adaptive-limit.ts';
import type { Timing } from './timing.ts';

/**
 * A host that says that it is too busy, without a delay, is left alone for a second: rate limits are usually
 * per second.
 */
const PAUSE_MS = 1_000;

/** Each image of a run may name another host. At most this many are remembered. */
const MAX_HOSTS = 1_000;

interface Host {
  readonly limit: AdaptiveLimit;
  /** Calls under way or waiting. */
  calls: number;
}

/**
 * Protects the images' hosts from overload. Each host gets as many calls at once as it keeps up with, and
 * none while it asks to be left alone. A slow host doesn't delay the images of other hosts.
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
   * @param judge what the result shows about the host's load
   * @throws what `call` throws; the signal's reason when it fires before there is a place
   */
  async run<T>(imageUrl: string, call: () => Promise<T>, judge: (result: T) => Verdict, caller: Caller): Promise<T> {
    const name = URL.parse(imageUrl)?.host ?? '';
    const host = this.#hosts.get(name) ?? { limit: new AdaptiveLimit(this.#max, this.#timing), calls: 0 };
    // Put last again, so that the first hosts are those that were not asked for the longest time.
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

  /** Cancels the timers. */
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
