import { readFileSync } from 'node:fs';
import os from 'node:os';
import { startHostProcess } from '@tally/local-host';
import { ensureBuilt, samplePhotos, servePhotos } from '@tally/start';
import { freePort, waitUntil } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { BareModels } from '../system/bare-models.ts';
import { usageOf } from '../system/process-usage.ts';

export const faceServiceSchema = z.object({
  workers: z.number(),
  images: z.number(),
  seconds: z.number(),
  /** The models alone, just before and just after, each time with this many images. */
  bare: z.array(z.object({ images: z.number(), seconds: z.number() })),
  /** Memory of the service and of its workers, after this many images. */
  memory: z.array(z.object({ images: z.number(), serviceMiB: z.number(), workersMiB: z.number() })),
});
export type FaceService = z.infer<typeof faceServiceSchema>;

const KEY = 'a-key';

/** Measures the photos of the demo, repeated, by the face service over HTTP and by its models alone. */
export async function measureFaceService(bench: Bench): Promise<FaceService> {
  const { images, bareImages } = byScale(bench, {
    full: { images: 2_000, bareImages: 400 },
    small: { images: 24, bareImages: 12 },
  });
  const workers = os.availableParallelism();
  const folders = await ensureBuilt(['face'], { onNotice: bench.say, signal: new AbortController().signal });
  const folder = folders.get('face') ?? '';
  const before = await lookBare(folder, workers, bareImages);
  const served = await lookByService(folder, workers, images, bench);
  const after = await lookBare(folder, workers, bareImages);
  return { workers, images, ...served, bare: [before, after] };
}

async function lookBare(folder: string, workers: number, images: number) {
  await using models = await BareModels.start(folder, workers);
  const photos = samplePhotos().map((file) => readFileSync(file));
  await models.look(photos, photos.length * workers);
  return { images, seconds: await models.look(photos, images) };
}

async function lookByService(folder: string, workers: number, images: number, bench: Bench) {
  const port = await freePort();
  const photos = await servePhotos({ files: samplePhotos(), ports: [port] });
  const env = { FACE_KEY: KEY, TALLY_FACE_WORKERS: String(workers), TALLY_FACE_ALLOW_HOSTS: `127.0.0.1:${port}` };
  const host = await startHostProcess({ appDir: folder, env });
  try {
    const isReady = async () => (await fetch(`${host.url}/health`)).ok;
    await waitUntil(isReady, { describe: 'the models are loaded', hangGuardMs: 180_000, pollMs: 200 });
    const look = (image: number) => lookAt(host.url, photos.urls[image % photos.urls.length] ?? '');
    await inTurn(workers, photos.urls.length * workers, look);
    const memory: FaceService['memory'] = [];
    const every = Math.ceil(images / 20);
    const began = performance.now();
    // There are twice as many calls as workers: while a worker processes one image, the next image is
    // fetched.
    await inTurn(2 * workers, images, async (image) => {
      await look(image);
      if (image % every !== 0) return;
      const resident = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + usageOf(pid).residentMiB, 0);
      memory.push({ images: image, serviceMiB: resident([host.pid]), workersMiB: resident(childrenOf(host.pid)) });
    });
    const seconds = (performance.now() - began) / 1000;
    bench.say(`${(images / seconds).toFixed(2)} images/s by ${workers} workers`);
    return { seconds, memory };
  } finally {
    await host.stop();
    await photos.close();
  }
}

async function lookAt(url: string, photo: string): Promise<void> {
  const query = 'returnFaceId=false&returnFaceAttributes=emotion&detectionModel=detection_01';
  const answer = await fetch(`${url}/face/v1.2/detect?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'ocp-apim-subscription-key': KEY },
    body: JSON.stringify({ url: photo }),
  });
  if (answer.status !== 200) throw new Error(`the face service answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Calls `act` for each number, `atOnce` calls at a time. */
async function inTurn(atOnce: number, count: number, act: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}
