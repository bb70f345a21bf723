// A worker thread that runs one command and ends, so that no file or memory of it is left for the next
// command.
import { parentPort } from 'node:worker_threads';
import createCore, { type FfmpegCore } from '@ffmpeg/core';
import { LastLines } from '../last-lines.ts';
import type { WorkerJob, WorkerReply } from './worker-messages.ts';

/** The core prints this at the end of every command, even of one that succeeds. */
const ALWAYS_SAID = 'Aborted()';

parentPort?.once('message', (job: WorkerJob) => {
  // An error that it throws ends the thread, and the main thread learns of it.
  void run(job).then(say);
});

async function run({ module, inputs, args, outputs, outputBytes }: WorkerJob): Promise<WorkerReply> {
  const core = await load(module);
  const said = new LastLines();
  core.setLogger(({ message }) => {
    if (message !== ALWAYS_SAID) said.addLine(message);
  });
  for (const [name, bytes] of inputs) core.FS.writeFile(name, bytes, { canOwn: true });
  const code = execute(core, args);
  const lines = said.all();
  if (typeof code === 'string') return { kind: 'crashed', message: code, lines };
  if (code !== 0) return { kind: 'failed', code, lines };
  const missing = outputs.find((name) => !core.FS.analyzePath(name).exists);
  if (missing !== undefined) return { kind: 'missing', output: missing, lines };
  // ffmpeg ends normally when the limit cuts its output off.
  const large = outputs.find((name) => core.FS.stat(name).size >= outputBytes);
  if (large !== undefined) return { kind: 'tooLarge', output: large, lines };
  return { kind: 'done', outputs: new Map(outputs.map((name) => [name, core.FS.readFile(name)])), lines };
}

function say(reply: WorkerReply): void {
  const buffers = reply.kind === 'done' ? [...reply.outputs.values()].map(({ buffer }) => buffer) : [];
  const owned = buffers.filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(reply, owned);
}

/** The exit code, or the error's message if there is no code. */
function execute(core: FfmpegCore, args: readonly string[]): number | string {
  try {
    const code = core.exec('-hide_banner', ...args);
    return code === -1 ? 'it ended without an exit code' : code;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function load(module: object): Promise<FfmpegCore> {
  // The core would use these to reach the network, and no stranger's file may make it do so.
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource']) Reflect.deleteProperty(globalThis, name);
  // The core is built for a browser's worker, which it detects by these.
  Object.assign(globalThis, {
    self: globalThis,
    WorkerGlobalScope: class {},
    importScripts: () => undefined,
    location: { href: '' },
  });
  return await createCore({
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(module, imports);
      receive(instance);
      return instance.exports;
    },
  });
}
