// A worker process for tests of the pool. It speaks the real messages, and does what the first byte of an
// image says.
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runWorker } from './worker-process.ts';

export const stubImages = {
  plain: 0,
  held: 1,
  crashing: 2,
  exiting: 3,
  hanging: 4,
  refused: 5,
  killed: 6,
  greedy: 7,
  crashingOnce: 8,
} as const;

// The test itself imports this file for the constant above. Only a worker has a pool to talk to.
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  runWorker(async ({ modelFolder }) => {
    if (modelFolder === 'missing') throw new Error('no model here');
    let looks = 0;
    return async ({ image }) => {
      looks += 1;
      const [kind, label = 0] = image;
      const seenBefore = existsSync(join(modelFolder, `seen-${label}`));
      appendFileSync(join(modelFolder, `seen-${label}`), '');
      appendFileSync(join(modelFolder, 'seen'), `${label}\n`);
      switch (kind) {
        case stubImages.held: {
          const release = join(modelFolder, `release-${label}`);
          while (!existsSync(release)) await sleep(5);
          rmSync(release);
          break;
        }
        case stubImages.crashing:
          throw new Error('bang');
        case stubImages.crashingOnce:
          if (!seenBefore) throw new Error('bang');
          break;
        case stubImages.exiting:
          return process.exit(7);
        case stubImages.killed:
          process.kill(process.pid, 'SIGKILL');
          await sleep(2 ** 31 - 1);
          break;
        case stubImages.hanging:
          // Blocks the thread as a native decoder does, so nothing else can run.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          break;
        case stubImages.greedy:
          // Every page is touched, so that the memory is really used.
          for (const held: Buffer[] = []; held.length < 64; ) held.push(Buffer.alloc(256 * 1024 * 1024, 1));
          break;
        case stubImages.refused:
          return { type: 'refused', message: 'not a picture' };
        default:
      }
      return { type: 'detected', detection: { faces: [], tensors: looks } };
    };
  });
}
