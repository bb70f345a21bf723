import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod';

const replySchema = z.object({ type: z.enum(['ready', 'detected', 'refused', 'failed']) });
/** Node passes a handle with each message. */
const messageSchema = z.tuple([replySchema], z.unknown());

/**
 * The face service's detectors without the service around them. Each detector processes one image at a time.
 */
export class BareModels implements AsyncDisposable {
  readonly #workers: readonly ChildProcess[];

  private constructor(workers: readonly ChildProcess[]) {
    this.#workers = workers;
  }

  /** @param folder of the built service */
  static async start(folder: string, count: number): Promise<BareModels> {
    const start = {
      modelFolder: path.join(folder, 'models'),
      wasmFolder: `${path.join(folder, 'wasm')}/`,
      confidence: 0.5,
      temperature: 4,
    };
    const file = path.join(folder, 'dist/face-worker.js');
    const workers = Array.from({ length: count }, () =>
      fork(file, [JSON.stringify(start)], { serialization: 'advanced' }),
    );
    const models = new BareModels(workers);
    await Promise.all(workers.map((worker) => replyOf(worker, 'ready')));
    return models;
  }

  /**
   * Sends `count` images in total, repeating the given ones in turn.
   * @returns seconds
   */
  async look(images: readonly Uint8Array[], count: number): Promise<number> {
    let next = 0;
    const began = performance.now();
    const show = async (worker: ChildProcess) => {
      while (next < count) {
        const image = images[next++ % images.length];
        const replied = replyOf(worker, 'detected');
        worker.send({ image, withExpression: true });
        await replied;
      }
    };
    await Promise.all(this.#workers.map(show));
    return (performance.now() - began) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        const gone = once(worker, 'exit');
        worker.kill('SIGKILL');
        await gone;
      }),
    );
  }
}

async function replyOf(worker: ChildProcess, wanted: z.infer<typeof replySchema>['type']): Promise<void> {
  const { type } = messageSchema.parse(await once(worker, 'message'))[0];
  if (type !== wanted) throw new Error(`the detector said "${type}" where "${wanted}" was to come`);
}
