import { type ChildProcess, spawn } from 'node:child_process';
import type { WorkerJob, WorkerReply, WorkerStart } from './worker-messages.ts';

/** An answer to a job. */
export type Answer = Exclude<WorkerReply, { type: 'ready' | 'failed' }>;

/** Why a worker has ended. */
export class WorkerEnd extends Error {
  override readonly name = 'WorkerEnd';
  /**
   * True when something other than the worker or the pool ended it, such as the kernel when the machine is
   * out of memory.
   */
  readonly byOutside: boolean;

  constructor(message: string, options: ErrorOptions & { readonly byOutside?: boolean } = {}) {
    super(message, options);
    this.byOutside = options.byOutside ?? false;
  }
}

/** What a slot's owner does about its worker. Each is called at most once per worker, except `onReply`. */
export interface WorkerEvents {
  onReady(): void;
  onReply(reply: Answer): void;
  /** The worker has ended, for any reason except `close`. */
  onGone(cause: WorkerEnd): void;
}

export interface RunningWorker {
  send(job: WorkerJob): void;
  /** Ends the worker as if it had crashed: `onGone` follows with this cause. */
  kill(cause: WorkerEnd): void;
  /** Ends the worker for good. */
  close(): Promise<void>;
}

/**
 * Limits a worker's memory. Linux counts all writable memory of a process against `ulimit -d`, including
 * native decoders' memory, which no limit of V8 covers. A decoder that wants more is refused. It then gives
 * up the image or dies. If the machine itself runs short, the kernel kills a worker first. (`ulimit -v` can't
 * be used: wasm reserves gigabytes that it never touches.)
 */
const boundedShell = 'ulimit -d "$1" && shift && { echo 900 > /proc/self/oom_score_adj; } 2>/dev/null; exec "$@"';

/** A worker reads what strangers send, so it gets no key and nothing else of the app's settings. */
const passedOn = ['PATH', 'TMPDIR', 'TMP', 'TEMP', 'LD_LIBRARY_PATH', 'SystemRoot'];

/**
 * Starts one detector from its entry file as a process of its own. So a crash, an endless loop or too much
 * memory in a native decoder ends only that process.
 * @param memoryMb the most that it may write to; on Linux only
 */
export function startWorker(file: string, start: WorkerStart, memoryMb: number, events: WorkerEvents): RunningWorker {
  const worker = spawnNode([file, JSON.stringify(start)], memoryMb);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()).once('error', () => resolve()));
  let closed = false;
  let cause: WorkerEnd | undefined;
  worker.on('message', (reply: WorkerReply) => {
    if (reply.type === 'ready') events.onReady();
    else if (reply.type === 'failed') cause ??= new WorkerEnd(reply.message);
    else events.onReply(reply);
  });
  worker.once('error', (error) => {
    cause ??= new WorkerEnd(error.message, { cause: error });
    // It couldn't be spawned at all. For a running worker, `exit` follows an error.
    if (worker.pid === undefined && !closed) events.onGone(cause);
  });
  worker.once('exit', (code, signal) => {
    if (closed) return;
    // A crash of a decoder shows another signal: a bad access, an abort.
    const byOutside = signal === 'SIGKILL' || signal === 'SIGTERM';
    events.onGone(cause ?? new WorkerEnd(`The worker ended with ${signal ?? `code ${code}`}`, { byOutside }));
  });
  return {
    // A worker that is gone can't be written to; `exit` reports that.
    send: (job) => void worker.send(job, () => undefined),
    kill: (reason) => {
      cause ??= reason;
      worker.kill('SIGKILL');
    },
    close: async () => {
      closed = true;
      worker.kill('SIGKILL');
      await ended;
    },
  };
}

function spawnNode(args: readonly string[], memoryMb: number): ChildProcess {
  const command = [process.execPath, ...args];
  const [program = '', ...rest] =
    process.platform === 'linux' ? ['/bin/sh', '-c', boundedShell, 'sh', String(memoryMb * 1024), ...command] : command;
  return spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Images are sent as bytes, not as text.
    serialization: 'advanced',
    env: {
      ...Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
      // glibc would keep freed memory in one arena per thread.
      MALLOC_ARENA_MAX: '2',
    },
  });
}
