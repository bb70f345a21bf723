import type { RequestBody } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import { announcedBytes, readSent, textOf } from '../body/read-body.ts';
import type { ApiRequest } from '../exchange.ts';

/**
 * A start is large from this size on, unpacked: about 10,000 URLs. Below it, a hundred at once are no burden.
 */
const LARGE_BYTES = 1024 * 1024;
/** A start of 200,000 images is written within a few seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Lets only a few large starts run at once. Each takes several times its body in memory. A refused start
 * loses nothing by coming again. An instance that runs out of memory loses all its other work too. Small
 * starts are never held up.
 */
export class LargeStarts {
  readonly #most: number;
  #running = 0;

  /** @param most number of large starts at once */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does the work of a start with the text of its body. The size of the text decides whether the start is
   * large.
   * @throws ProblemError 429 when too many large starts are under way, and the errors of reading a body
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

/** The size of a packed body is only known after unpacking. @returns null when it is large */
async function smallText(request: ApiRequest, sent: Uint8Array): Promise<string | null> {
  try {
    return await textOf(request, sent, { maxBytes: LARGE_BYTES });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 413) return null;
    throw error;
  }
}

function tooManyLarge(): ProblemError {
  const detail = `Starts with a body over ${LARGE_BYTES} bytes are processed a few at a time; send it again after ${RETRY_AFTER_SECONDS} seconds.`;
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) };
  return new ProblemError(429, { title: 'Too many large starts', code: 'TooManyLargeStarts', detail }, { headers });
}
