import { parentPort, workerData } from 'node:worker_threads';
import { FaceError } from '../contract/face-error.ts';
import { decodeImage } from './decode-image.ts';
import { type FaceModel, loadFaceModel } from './face-model.ts';
import { type WorkerJob, type WorkerReply, workerStartSchema } from './worker-messages.ts';

/** Entry of a worker thread: one model, one image at a time. */
async function run(): Promise<void> {
  const { modelFolder, wasmFolder, ...settings } = workerStartSchema.parse(workerData);
  const model = await loadFaceModel(modelFolder, wasmFolder, settings);
  parentPort?.on('message', (job: WorkerJob) => void answer(model, job));
  say({ type: 'ready' });
}

/** A rejection here is left unhandled on purpose: it ends the thread, and the pool starts another. */
async function answer(model: FaceModel, { image, withExpression }: WorkerJob): Promise<void> {
  try {
    const decoded = await decodeImage(image);
    say({ type: 'detected', detection: await model.detect(decoded, withExpression) });
  } catch (error) {
    if (!(error instanceof FaceError)) throw error;
    say({ type: 'refused', message: error.message });
  }
}

function say(reply: WorkerReply): void {
  parentPort?.postMessage(reply);
}

void run();
