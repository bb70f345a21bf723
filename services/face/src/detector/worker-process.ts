import type { Answer } from './running-worker.ts';
import { type WorkerJob, type WorkerReply, type WorkerStart, workerStartSchema } from './worker-messages.ts';

/** Looks at one image. A throw ends the process: it may have left the model's memory in any state. */
export type Look = (job: WorkerJob) => Promise<Answer>;

/**
 * Handles the worker's side of the pool's messages. It prepares, then answers one job at a time until the
 * pool's process ends.
 * @param prepare loads what the pool started this process with
 */
export function runWorker(prepare: (start: WorkerStart) => Promise<Look>): void {
  // The pool's process is gone, however it ended, so this one has no purpose left.
  process.on('disconnect', () => process.exit(0));
  // A terminal's Ctrl-C reaches every process. This one lives as long as the pool wants.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const run = async (): Promise<void> => {
    const look = await prepare(workerStartSchema.parse(JSON.parse(process.argv[2] ?? '')));
    process.on('message', (job: WorkerJob) => void look(job).then((reply) => say(reply), fail));
    say({ type: 'ready' });
  };
  run().catch(fail);
}

function fail(error: unknown): void {
  say({ type: 'failed', message: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
}

function say(reply: WorkerReply, then: () => void = () => undefined): void {
  process.send?.(reply, undefined, undefined, then);
}
