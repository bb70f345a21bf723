// A worker thread for tests of the pool: it speaks the real messages, and does what the first byte of an image says.
import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { type WorkerJob, type WorkerReply, workerStartSchema } from './worker-messages.ts';

export const stubImages = { plain: 0, held: 1, crashing: 2, exiting: 3, hanging: 4, refused: 5 } as const;

// Imported by the test itself for the line above; only a thread has a parent.
if (parentPort !== null) {
  const start = workerStartSchema.parse(workerData);
  if (start.modelFolder === 'missing') throw new Error('no model here');
  const channel = new BroadcastChannel(start.modelFolder);
  const seen: number[] = [];

  const say = (reply: WorkerReply): void => parentPort?.postMessage(reply);
  const detected = (): void => say({ type: 'detected', detection: { faces: [], tensors: seen.length } });

  const answer = async ({ image }: WorkerJob): Promise<void> => {
    seen.push(image[1] ?? 0);
    channel.postMessage(`seen ${image[1]}`);
    switch (image[0]) {
      case stubImages.held:
        channel.onmessage = (message) => {
          if ((message as MessageEvent).data !== 'release') return;
          channel.onmessage = () => undefined;
          detected();
        };
        return;
      case stubImages.crashing:
        throw new Error('bang');
      case stubImages.exiting:
        return process.exit(7);
      case stubImages.hanging:
        return sleep(2 ** 31 - 1);
      case stubImages.refused:
        return say({ type: 'refused', message: 'not a picture' });
      default:
        return detected();
    }
  };

  // A rejection is left unhandled on purpose, as in the real worker.
  parentPort.on('message', (job: WorkerJob) => void answer(job));
  say({ type: 'ready' });
}
