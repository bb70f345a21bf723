import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DetectorPool, type PoolSettings } from './detector-pool.ts';
import { stubImages } from './stub-worker.fixture.ts';
import type { WorkerJob } from './worker-messages.ts';

// Guards against a hang: a busy machine may take long for megapixels and processes.
vi.setConfig({ testTimeout: 60_000 });

const folders: string[] = [];
const pools: DetectorPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A pool of stub workers, and the folder in which they report what they see. */
function startPool(settings: Partial<PoolSettings> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tally-pool-'));
  folders.push(folder);
  const gone: string[] = [];
  const pool = new DetectorPool({
    workerFile: fileURLToPath(new URL('./stub-worker.fixture.ts', import.meta.url)),
    workerStart: { modelFolder: folder, wasmFolder: '', confidence: 0.5, temperature: 4 },
    workers: 1,
    workerMemoryMb: 1_500,
    queueLimit: 2,
    jobTimeoutMs: 60_000,
    onWorkerGone: ({ message }) => gone.push(message),
    ...settings,
  });
  pools.push(pool);
  const seenFile = join(folder, 'seen');
  /** Labels of the images that workers have begun to look at, in order. */
  const seen = (): string[] => (existsSync(seenFile) ? readFileSync(seenFile, 'utf8').trim().split('\n') : []);
  const release = (label: number): void => writeFileSync(join(folder, `release-${label}`), '');
  return { pool, seen, release, gone };
}

/** A call: it is admitted, looked at and released. */
async function call(pool: DetectorPool, kind: keyof typeof stubImages, label = 0) {
  const ticket = pool.admit();
  const job: WorkerJob = { image: Uint8Array.of(stubImages[kind], label), withExpression: true };
  try {
    return await ticket.detect(job);
  } finally {
    ticket.release();
  }
}

// Guards against a hang only: no result here depends on time.
const soon = { timeout: 20_000, interval: 5 };

describe('the detector pool', () => {
  it('is ready once its workers are, which start at the latest with the first call', async () => {
    const { pool } = startPool({ workers: 2 });
    expect(pool.health()).toEqual({
      workers: 2,
      ready: 0,
      queued: 0,
      admitted: 0,
      capacity: 4,
      lastFailure: undefined,
    });
    await expect(call(pool, 'plain')).resolves.toEqual({ faces: [], tensors: 1 });
    await vi.waitUntil(() => pool.health().ready === 2, soon);
  });

  it('processes as many images at once as it has workers', async () => {
    const { pool, seen, release } = startPool({ workers: 2 });
    const calls = [call(pool, 'held', 1), call(pool, 'held', 2), call(pool, 'held', 3)];
    await vi.waitUntil(() => seen().length === 2, soon);
    expect(pool.health()).toMatchObject({ queued: 1, admitted: 3 });
    release(1);
    release(2);
    await Promise.all(calls.slice(0, 2));
    await vi.waitUntil(() => seen().includes('3'), soon);
    release(3);
    await Promise.all(calls);
    expect(pool.health()).toMatchObject({ queued: 0, admitted: 0 });
  });

  it('answers 429 with Retry-After while its line is full, and admits calls again when a place is free', async () => {
    const { pool, seen, release } = startPool({ workers: 1, queueLimit: 1 });
    const calls = [call(pool, 'held', 1), call(pool, 'plain', 2)];
    // Half of the time for two images at the first guess of 750 ms each, in whole seconds.
    expect(() => pool.admit()).toThrow(expect.objectContaining({ status: 429, code: '429', retryAfterSeconds: 1 }));
    await vi.waitUntil(() => seen().length === 1, soon);
    release(1);
    await Promise.all(calls);
    await expect(call(pool, 'plain')).resolves.toBeDefined();
  });

  it('counts a ticket as held until its first release', async () => {
    const { pool } = startPool({ workers: 1, queueLimit: 0 });
    const ticket = pool.admit();
    expect(() => pool.admit()).toThrow(expect.objectContaining({ status: 429 }));
    ticket.release();
    ticket.release();
    expect(pool.health().admitted).toBe(0);
    pool.admit().release();
  });

  it('passes on what the worker refuses as InvalidImage, and keeps the worker', async () => {
    const { pool, gone } = startPool();
    await expect(call(pool, 'refused')).rejects.toMatchObject({
      status: 400,
      code: 'InvalidImage',
      message: 'not a picture',
    });
    await expect(call(pool, 'plain')).resolves.toEqual({ faces: [], tensors: 2 });
    expect(gone).toEqual([]);
  });

  it.each([
    ['throws', 'crashing', 'bang'],
    ['exits', 'exiting', 'The worker ended with code 7'],
  ] as const)(
    'gives an image on which a worker %s to one more worker, then refuses only that image as InvalidImage',
    async (_how, kind, cause) => {
      const { pool, seen, gone } = startPool();
      const [crashed, next] = await Promise.allSettled([call(pool, kind, 1), call(pool, 'plain', 2)]);
      const message = `Decoding error, the detector failed on this image twice: ${cause}.`;
      expect(crashed).toMatchObject({ status: 'rejected', reason: { status: 400, code: 'InvalidImage', message } });
      expect(next).toMatchObject({ status: 'fulfilled', value: { tensors: 1 } });
      expect(seen()).toEqual(['1', '1', '2']);
      expect(gone).toEqual([cause, cause]);
      expect(pool.health()).toMatchObject({ ready: 1, lastFailure: cause });
    },
  );

  it('loses no image to a worker that ends for another reason', async () => {
    const { pool, gone } = startPool();
    await expect(call(pool, 'crashingOnce')).resolves.toEqual({ faces: [], tensors: 1 });
    expect(gone).toEqual(['bang']);
  });

  it('answers 500, which is tried again, if an outside cause kills the workers: the image may be innocent', async () => {
    const { pool, gone } = startPool();
    await expect(call(pool, 'killed')).rejects.toMatchObject({ status: 500, code: 'InternalServerError' });
    expect(gone).toEqual(['The worker ended with SIGKILL', 'The worker ended with SIGKILL']);
    await expect(call(pool, 'plain')).resolves.toBeDefined();
  });

  it('ends a worker that hangs in native code or an endless loop, and continues', async () => {
    const { pool } = startPool({ jobTimeoutMs: 20 });
    await expect(call(pool, 'hanging')).rejects.toMatchObject({
      status: 400,
      code: 'InvalidImage',
      cause: { message: 'No answer after 20 ms' },
    });
    await vi.waitUntil(() => pool.health().ready === 1, soon);
  });

  // Other systems have no such limit per process. There only the limits of what is decoded apply.
  it.runIf(process.platform === 'linux')('limits the memory of a worker, and continues', async () => {
    const { pool } = startPool({ workerMemoryMb: 1_000 });
    await expect(call(pool, 'greedy')).rejects.toMatchObject({ status: 400, code: 'InvalidImage' });
    await expect(call(pool, 'plain')).resolves.toBeDefined();
  });

  it('answers 503 with Retry-After and the reason if no worker can start', async () => {
    const missing = { modelFolder: 'missing', wasmFolder: '', confidence: 0.5, temperature: 4 };
    const { pool } = startPool({ workers: 2, workerStart: missing });
    const refusal = { status: 503, retryAfterSeconds: 30, message: 'No detector starts: no model here' };
    await expect(call(pool, 'plain')).rejects.toMatchObject(refusal);
    await expect(call(pool, 'plain')).rejects.toMatchObject(refusal);
    expect(pool.health()).toMatchObject({ ready: 0, lastFailure: 'no model here' });
  });

  it('answers 503 to all calls when it closes, and leaves no process', async () => {
    const { pool, seen } = startPool();
    const calls = [call(pool, 'held', 1), call(pool, 'plain', 2)];
    const outcome = Promise.allSettled(calls);
    await vi.waitUntil(() => seen().length === 1, soon);
    await pool.close();
    for (const { status, ...rest } of await outcome) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: { status: 503, code: 'ServiceUnavailable' } });
    }
    expect(() => pool.admit()).toThrow(expect.objectContaining({ status: 503 }));
    expect(pool.health().ready).toBe(0);
  });
});
