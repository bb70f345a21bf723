import { Worker } from 'node:worker_threads';
import type { WorkerJob, WorkerReply, WorkerStart } from './worker-messages.ts';

/** What a slot's owner does about its thread. Each is called at most once a thread, except `onReply`. */
export interface WorkerEvents {
  onReady(): void;
  onReply(reply: Exclude<WorkerReply, { type: 'ready' }>): void;
  /** The thread has ended, for whatever reason but `close`. */
  onGone(cause: Error): void;
}

export interface RunningWorker {
  send(job: WorkerJob): void;
  /** Ends the thread as if it had crashed: `onGone` follows with this cause. */
  kill(cause: Error): void;
  /** Ends the thread for good. */
  close(): Promise<void>;
}

/** Starts one detector thread from its entry file. */
export function startWorker(file: string, start: WorkerStart, events: WorkerEvents): RunningWorker {
  const worker = new Worker(file, { workerData: start, name: 'face' });
  let closed = false;
  let cause: Error | undefined;
  worker.on('message', (reply: WorkerReply) => (reply.type === 'ready' ? events.onReady() : events.onReply(reply)));
  worker.on('error', (error) => {
    cause ??= error instanceof Error ? error : new Error('The worker threw something', { cause: error });
  });
  // Follows every error, and is the one sign of an end by process.exit or terminate.
  worker.on('exit', (code) => {
    if (!closed) events.onGone(cause ?? new Error(`The worker ended with code ${code}`));
  });
  return {
    send: (job) => worker.postMessage(job),
    kill: (reason) => {
      cause ??= reason;
      void worker.terminate();
    },
    close: async () => {
      closed = true;
      await worker.terminate();
    },
  };
}
