import {
  type FaceError,
  internalError,
  invalidImage,
  lethalImage,
  rateLimited,
  unavailable,
} from '../contract/face-error.ts';
import type { Detection } from './detection.ts';
import { type Answer, type RunningWorker, startWorker, WorkerEnd } from './running-worker.ts';
import type { WorkerJob, WorkerStart } from './worker-messages.ts';

export interface PoolSettings {
  /** Entry file of the worker processes. */
  readonly workerFile: string;
  readonly workerStart: WorkerStart;
  readonly workers: number;
  /** Writable address space of a worker in megabytes; see {@link startWorker}. */
  readonly workerMemoryMb: number;
  /** Calls that may wait beside those in work. The next one is answered with 429. */
  readonly queueLimit: number;
  /**
   * An image takes under a second, a hundred faces about five. A worker silent for this long hangs, and is
   * replaced.
   */
  readonly jobTimeoutMs: number;
  /** Called when a worker ends, for the log. */
  readonly onWorkerGone: (cause: Error) => void;
}

/** A place in the pool, held from admission to `release`. */
export interface Ticket {
  /**
   * @throws FaceError InvalidImage for what can't be decoded or ends two workers, InternalServerError when
   * something outside ended them, ServiceUnavailable when there is no working worker
   */
  detect(job: WorkerJob): Promise<Detection>;
  release(): void;
}

export interface PoolHealth {
  readonly workers: number;
  readonly ready: number;
  /** Images waiting for a worker. */
  readonly queued: number;
  /** Calls admitted and not yet answered. */
  readonly admitted: number;
  readonly capacity: number;
  /** Why the latest worker ended. */
  readonly lastFailure: string | undefined;
}

interface Job {
  readonly input: WorkerJob;
  /** Number of workers that ended while looking at this image. */
  deaths: number;
  readonly settle: (outcome: { detection: Detection } | { error: FaceError }) => void;
}

type Slot =
  | { state: 'starting'; worker: RunningWorker; failures: number }
  | { state: 'idle'; worker: RunningWorker }
  | { state: 'busy'; worker: RunningWorker; job: Job; hangTimer: NodeJS.Timeout; since: number }
  | { state: 'waiting'; restartTimer: NodeJS.Timeout; failures: number };

/**
 * An image whose worker ends gets a second worker, because a worker may also end for reasons outside its
 * image. It gets no third one: a lethal image would hold up the line.
 */
const deathsAnImage = 2;

/**
 * A worker that can't start (a missing file, no memory) is tried again after 1, 2, 4, … 30 s, not in a busy
 * loop.
 */
const firstRestartMs = 1_000;
const longestRestartMs = 30_000;

/** Retry-After is at least a second, its finest unit, and at most half a minute: it is only a guess. */
const longestRetryAfterSeconds = 30;

/** Used until an image has been timed. */
const firstGuessMs = 750;

/**
 * Worker processes with a model each, and the bounded line in front of them. A caller asks for admission
 * before any work (and any download). So a full pool refuses at once, and memory is bounded by `workers` +
 * `queueLimit` images.
 */
export class DetectorPool {
  readonly #settings: PoolSettings;
  readonly #slots: Slot[] = [];
  readonly #queue: Job[] = [];
  #admitted = 0;
  #closed = false;
  #meanMs = firstGuessMs;
  #lastFailure: string | undefined;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Starts the workers; does nothing when they run. */
  start(): void {
    if (this.#closed || this.#slots.length > 0) return;
    for (let index = 0; index < this.#settings.workers; index++) this.#startSlot(index, 0);
  }

  /**
   * @throws FaceError 429 with Retry-After when the line is full, ServiceUnavailable when the pool is closed
   */
  admit(): Ticket {
    if (this.#closed) throw unavailable('The service is shutting down.', 1);
    this.start();
    if (this.#admitted >= this.#capacity()) throw rateLimited(this.#retryAfterSeconds());
    this.#admitted++;
    let held = true;
    return {
      detect: (job) => this.#detect(job),
      release: () => {
        if (held) this.#admitted--;
        held = false;
      },
    };
  }

  health(): PoolHealth {
    return {
      workers: this.#settings.workers,
      ready: this.#slots.filter(({ state }) => state === 'idle' || state === 'busy').length,
      queued: this.#queue.length,
      admitted: this.#admitted,
      capacity: this.#capacity(),
      lastFailure: this.#lastFailure,
    };
  }

  /** Ends the workers. Calls that wait or run are answered with ServiceUnavailable. */
  async close(): Promise<void> {
    this.#closed = true;
    const slots = this.#slots.splice(0);
    const error = unavailable('The service is shutting down.', 1);
    for (const job of this.#queue.splice(0)) job.settle({ error });
    await Promise.all(
      slots.map(async (slot) => {
        if (slot.state === 'waiting') return clearTimeout(slot.restartTimer);
        if (slot.state === 'busy') {
          clearTimeout(slot.hangTimer);
          slot.job.settle({ error });
        }
        await slot.worker.close();
      }),
    );
  }

  #capacity(): number {
    return this.#settings.workers + this.#settings.queueLimit;
  }

  #retryAfterSeconds(): number {
    const clearMs = (this.#admitted * this.#meanMs) / this.#settings.workers;
    // Half the line: a refused caller returns before the line is empty, and not before there is room.
    return Math.min(Math.max(Math.ceil(clearMs / 2 / 1000), 1), longestRetryAfterSeconds);
  }

  #detect(input: WorkerJob): Promise<Detection> {
    const { promise, resolve, reject } = Promise.withResolvers<Detection>();
    const job: Job = {
      input,
      deaths: 0,
      settle: (outcome) => {
        if ('detection' in outcome) resolve(outcome.detection);
        else reject(outcome.error);
      },
    };
    if (this.#closed) job.settle({ error: unavailable('The service is shutting down.', 1) });
    else {
      this.#queue.push(job);
      this.#dispatch();
      this.#failIfHopeless();
    }
    return promise;
  }

  #dispatch(): void {
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.state !== 'idle') continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      this.#run(index, slot.worker, job);
    }
  }

  #run(index: number, worker: RunningWorker, job: Job): void {
    const { jobTimeoutMs } = this.#settings;
    const hangTimer = setTimeout(() => worker.kill(new WorkerEnd(`No answer after ${jobTimeoutMs} ms`)), jobTimeoutMs);
    this.#slots[index] = { state: 'busy', worker, job, hangTimer, since: performance.now() };
    worker.send(job.input);
  }

  #startSlot(index: number, failures: number): void {
    const { workerFile, workerStart, workerMemoryMb } = this.#settings;
    const worker = startWorker(workerFile, workerStart, workerMemoryMb, {
      onReady: () => this.#free(index, worker),
      onReply: (reply) => this.#answer(index, reply),
      onGone: (cause) => this.#replace(index, cause),
    });
    this.#slots[index] = { state: 'starting', worker, failures };
  }

  #free(index: number, worker: RunningWorker): void {
    if (this.#closed) return;
    this.#slots[index] = { state: 'idle', worker };
    this.#dispatch();
  }

  #answer(index: number, reply: Answer): void {
    const slot = this.#slots[index];
    if (slot?.state !== 'busy') return;
    clearTimeout(slot.hangTimer);
    // Recent images count most. A weight of a tenth smooths out single group photos.
    this.#meanMs += (performance.now() - slot.since - this.#meanMs) / 10;
    slot.job.settle(
      reply.type === 'detected' ? { detection: reply.detection } : { error: invalidImage(reply.message) },
    );
    this.#free(index, slot.worker);
  }

  /**
   * Replaces a worker that ended. One that had been ready is replaced at once, and its image goes to another.
   * One that never got ready waits longer each time.
   */
  #replace(index: number, cause: WorkerEnd): void {
    const slot = this.#slots[index];
    if (this.#closed || slot === undefined || slot.state === 'waiting') return;
    this.#lastFailure = cause.message;
    this.#settings.onWorkerGone(cause);
    if (slot.state === 'busy') {
      clearTimeout(slot.hangTimer);
      this.#lookAgain(slot.job, cause);
    }
    if (slot.state === 'starting') this.#restartLater(index, slot.failures);
    else this.#startSlot(index, 0);
    this.#dispatch();
  }

  #lookAgain(job: Job, cause: WorkerEnd): void {
    job.deaths += 1;
    if (job.deaths < deathsAnImage) this.#queue.unshift(job);
    else job.settle({ error: cause.byOutside ? internalError(cause) : lethalImage(cause) });
  }

  #restartLater(index: number, failedBefore: number): void {
    const failures = failedBefore + 1;
    const delayMs = Math.min(firstRestartMs * 2 ** failedBefore, longestRestartMs);
    const restartTimer = setTimeout(() => this.#startSlot(index, failures), delayMs);
    this.#slots[index] = { state: 'waiting', restartTimer, failures };
    this.#failIfHopeless();
  }

  /** When every worker fails to start, waiting calls get an error and don't have to time out. */
  #failIfHopeless(): void {
    const hopeless = this.#slots.every(
      (slot) => slot.state === 'waiting' || (slot.state === 'starting' && slot.failures > 0),
    );
    if (!hopeless) return;
    const error = unavailable(`No detector starts: ${this.#lastFailure}`, longestRetryAfterSeconds);
    for (const job of this.#queue.splice(0)) job.settle({ error });
  }
}
