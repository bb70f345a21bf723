import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { CheckedCommand, FfmpegResult } from '../command.ts';
import { FfmpegError } from '../ffmpeg-error.ts';
import { limitTime } from '../time-limit.ts';
import { findRuntimeFiles } from './runtime-files.ts';
import type { WorkerJob, WorkerReply } from './worker-messages.ts';

/**
 * The heap for the worker's own code and ffmpeg's lines. The files and ffmpeg's memory (up to 2 GB) are
 * outside it.
 */
const HEAP_MB = 256;

let compiled: Promise<object> | undefined;

/** Compiled once in a process (150 ms), then shared by the threads, which start within 30 ms. */
async function compiledModule(wasm: string): Promise<object> {
  compiled ??= readFile(wasm).then((bytes) => WebAssembly.compile(bytes));
  try {
    return await compiled;
  } catch (cause) {
    compiled = undefined;
    throw new FfmpegError('unavailable', `ffmpeg can't be loaded from ${wasm}`, [], { cause });
  }
}

/** Runs the command in its own thread, which ends with it: ffmpeg can't be interrupted in any other way. */
export async function runWasm(
  command: CheckedCommand,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<FfmpegResult> {
  const files = findRuntimeFiles();
  const module = await compiledModule(files.wasm);
  signal?.throwIfAborted();
  // These copies go to the thread without another copy. The caller keeps its own bytes.
  const inputs = new Map([...command.inputs].map(([name, bytes]) => [name, Uint8Array.from(bytes)]));
  const job: WorkerJob = { ...command, module, inputs };
  const worker = new Worker(files.worker, {
    // The thread needs nothing from this process, least of all its settings.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  try {
    worker.postMessage(
      job,
      [...inputs.values()].map(({ buffer }) => buffer),
    );
    return resultOf(await replyOf(worker, timeoutMs, signal));
  } finally {
    await worker.terminate();
  }
}

async function replyOf(worker: Worker, timeoutMs: number, signal: AbortSignal | undefined): Promise<WorkerReply> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
  worker.once('message', (reply: WorkerReply) => resolve(reply));
  worker.once('error', (cause) => reject(new FfmpegError('crashed', 'ffmpeg crashed', [], { cause })));
  worker.once('exit', () => reject(new FfmpegError('crashed', 'ffmpeg ended without an answer')));
  using _limit = limitTime(timeoutMs, signal, reject);
  return await promise;
}

function resultOf(reply: WorkerReply): FfmpegResult {
  const { lines } = reply;
  switch (reply.kind) {
    case 'done':
      return { outputs: reply.outputs, lines };
    case 'failed':
      throw new FfmpegError('failed', `ffmpeg ended with code ${reply.code}`, lines);
    case 'missing':
      throw new FfmpegError('failed', `ffmpeg didn't write ${reply.output}`, lines);
    case 'tooLarge':
      throw new FfmpegError('tooLarge', `${reply.output} is larger than allowed`, lines);
    case 'crashed':
      throw new FfmpegError('crashed', `ffmpeg crashed: ${reply.message}`, lines);
  }
}
