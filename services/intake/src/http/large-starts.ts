import type { RequestBody } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import type { ApiRequest } from './context.ts';
import { announcedBytes, readSent, textOf } from './read-body.ts';

/** A start is large from here on, unpacked: some 10,000 URLs. Below it a hundred of them at once are no burden. */
const LARGE_BYTES = 1024 * 1024;
/** A start of 200,000 images is written within some seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Lets a few large starts be worked on at once: each takes several times its body in memory, and one that has to come again loses
 * nothing, while an instance that runs out of memory loses whatever else it was doing. Small starts are never held up.
 */
export class LargeStarts {
  readonly #most: number;
  #running = 0;

  /** @param most at once */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does the work of a start with the text of its body, whose size decides whether it is a large one.
   * @throws ProblemError 429 beyond as many as are let in, and what reading a body throws
   */
  async admit<Value>(request: ApiRequest, body: RequestBody, work: (text: string) => Promise<Value>): Promise<Value> {
    const isAnnouncedLarge = announcedBytes(request, body) > LARGE_BYTES;
    if (isAnnouncedLarge)
      return await this.#hold(async () => await work(await textOf(request, await readSent(request, body), body)));
    const sent = await readSent(request, body);
    const text = await smallText(request, sent);
    if (text !== null) return await work(text);
    return await this.#hold(async () => await work(await textOf(request, sent, body)));
  }

  async #hold<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#most) throw tooManyLarge();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }
}

/** What a packed body unpacks to shows when it is unpacked. @returns null where that is large */
async function smallText(request: ApiRequest, sent: Uint8Array): Promise<string | null> {
  try {
    return await textOf(request, sent, { maxBytes: LARGE_BYTES });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 413) return null;
    throw error;
  }
}

function tooManyLarge(): ProblemError {
  const detail = `Starts with a body over ${LARGE_BYTES} bytes are taken a few at a time; send it again after ${RETRY_AFTER_SECONDS} seconds.`;
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) };
  return new ProblemError(429, { title: 'Too many large starts', code: 'TooManyLargeStarts', detail }, { headers });
}
