// A worker thread that runs one command and ends: no file or memory of it is left for the next.
import { parentPort } from 'node:worker_threads';
import createCore, { type FfmpegCore } from '@ffmpeg/core';
import { LastLines } from '../last-lines.ts';
import type { WorkerJob, WorkerReply } from './worker-messages.ts';

/** The core says this at the end of every command, of a good one too. */
const ALWAYS_SAID = 'Aborted()';

parentPort?.once('message', (job: WorkerJob) => {
  // What it throws ends the thread, which the other side hears of.
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
  // ffmpeg ends in good order where the limit cuts it off.
  const large = outputs.find((name) => core.FS.stat(name).size >= outputBytes);
  if (large !== undefined) return { kind: 'tooLarge', output: large, lines };
  return { kind: 'done', outputs: new Map(outputs.map((name) => [name, core.FS.readFile(name)])), lines };
}

function say(reply: WorkerReply): void {
  const buffers = reply.kind === 'done' ? [...reply.outputs.values()].map(({ buffer }) => buffer) : [];
  const owned = buffers.filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(reply, owned);
}

/** The exit code, or what was thrown where there is none. */
function execute(core: FfmpegCore, args: readonly string[]): number | string {
  try {
    const code = core.exec('-hide_banner', ...args);
    return code === -1 ? 'it ended without an exit code' : code;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function load(module: object): Promise<FfmpegCore> {
  // It would speak to the network by these, and no file of a stranger may make it.
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource']) Reflect.deleteProperty(globalThis, name);
  // The core is built for the worker of a browser, and knows it by these.
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
