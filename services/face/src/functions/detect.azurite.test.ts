import { encode } from 'bmp-ts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { errorOf, type FaceBed, places, readSample, startFaceBed } from './face-bed.fixture.ts';

const samples = [1, 2, 3, 4, 5, 6].map(readSample);
const sample1 = readSample(1);
const sample3 = readSample(3);

const share = z.number().min(0).max(1);
const facesSchema = z.array(
  z.strictObject({
    faceRectangle: z.strictObject({
      top: z.int().min(0),
      left: z.int().min(0),
      width: z.int().min(36),
      height: z.int().min(36),
    }),
    faceAttributes: z.strictObject({
      smile: share,
      emotion: z.strictObject({
        anger: share,
        contempt: z.literal(0),
        disgust: share,
        fear: share,
        happiness: share,
        neutral: share,
        sadness: share,
        surprise: share,
      }),
    }),
  }),
);

let bed: FaceBed;

beforeAll(async () => {
  bed = await startFaceBed();
  for (const [index, sample] of samples.entries()) bed.photos.set(`/sample${index + 1}.jpg`, sample);
});

afterAll(() => bed.close());

/** Matches text that contains this part. It is typed, which vitest's own matcher isn't. */
const containing = (part: string): unknown => expect.stringContaining(part);

const refusals = (): number => bed.statuses.filter((status) => status === 429).length;

/** The encoder expects A, B, G, R. */
async function toBmp(image: Sharp): Promise<Buffer> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return encode({ data: data.swap32(), width: info.width, height: info.height, bitPP: 24 }).data;
}

describe('the six sample photos, by URL, through the real client library', () => {
  it('show at least eight faces, some happy, some not, inside the photo, largest first', async () => {
    const happiness: number[] = [];
    for (const [index, sample] of samples.entries()) {
      const response = await bed.detectUrl(`${bed.photoOrigin}/sample${index + 1}.jpg`);
      expect(response.status).toBe('200');
      const { width, height } = await sharp(sample).metadata();
      let previousArea = Number.POSITIVE_INFINITY;
      for (const { faceRectangle, faceAttributes } of facesSchema.parse(response.body)) {
        expect(faceRectangle.left + faceRectangle.width).toBeLessThanOrEqual(width);
        expect(faceRectangle.top + faceRectangle.height).toBeLessThanOrEqual(height);
        const area = faceRectangle.width * faceRectangle.height;
        expect(area).toBeLessThanOrEqual(previousArea);
        previousArea = area;
        const sum = Object.values(faceAttributes.emotion).reduce((total, value) => total + value, 0);
        expect(sum).toBeCloseTo(1, 3);
        expect(faceAttributes.smile).toBe(faceAttributes.emotion.happiness);
        happiness.push(faceAttributes.emotion.happiness);
      }
    }
    expect(happiness.length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...happiness)).toBeLessThan(0.5);
    expect(Math.max(...happiness)).toBeGreaterThan(0.5);
  });

  it('show the same faces when the bytes are sent, as JPEG, PNG, GIF, BMP, WebP or AVIF', async () => {
    const byUrl = facesSchema.parse((await bed.detectUrl(`${bed.photoOrigin}/sample3.jpg`)).body);
    expect(facesSchema.parse((await bed.detectBytes(sample3)).body)).toEqual(byUrl);
    const small = sharp(sample3).resize(960);
    const others = [small.png(), small.gif(), small.webp(), small.avif({ effort: 0 })].map((image) => image.toBuffer());
    for (const image of [...(await Promise.all(others)), await toBmp(small)]) {
      expect(facesSchema.parse((await bed.detectBytes(image)).body)).toHaveLength(byUrl.length);
    }
  });

  it('show upright faces if the file lies on its side', async () => {
    const turned = await sharp(sample1).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const upright = facesSchema.parse((await bed.detectBytes(sample1)).body);
    const faces = facesSchema.parse((await bed.detectBytes(turned)).body);
    expect(faces).toHaveLength(upright.length);
    for (const [index, { faceRectangle }] of faces.entries()) {
      expect(Math.abs(faceRectangle.left - (upright[index]?.faceRectangle.left ?? 0))).toBeLessThan(30);
    }
  });

  it('show only rectangles if no attribute is asked for', async () => {
    const response = await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`, { query: { returnFaceId: false } });
    const faces = z.array(z.strictObject({ faceRectangle: z.object({}) })).parse(response.body);
    expect(faces.length).toBeGreaterThan(0);
  });

  it('leak no tensor, over many images, also faceless and broken ones', async () => {
    const blank = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    const look = async (image: Uint8Array): Promise<number> => {
      const ticket = bed.service.pool.admit();
      const { tensors } = await ticket.detect({ image, withExpression: true }).finally(() => ticket.release());
      return tensors;
    };
    const tensors: number[] = [];
    for (let round = 0; round < 2; round++) {
      for (const image of [...samples, blank]) tensors.push(await look(image));
      await expect(look(sample1.subarray(0, 50_000))).rejects.toMatchObject({ code: 'InvalidImage' });
    }
    expect(new Set(tensors).size).toBe(1);
  });
});

describe('a call while all places are taken', () => {
  it('is answered 429 with Retry-After, and served when a place is free', async () => {
    const tickets = Array.from({ length: places }, () => bed.service.pool.admit());
    const refused = await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`);
    expect(errorOf(refused)).toMatchObject({
      status: '429',
      code: '429',
      message: containing('Try again in'),
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    tickets.pop()?.release();
    expect((await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`)).status).toBe('200');
    for (const ticket of tickets) ticket.release();
  });

  it('is served like all others if its client library retries by itself', async () => {
    const patient = bed.newClient('test-key', 3);
    const tickets = Array.from({ length: places }, () => bed.service.pool.admit());
    const refusedBefore = refusals();
    const answer = bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`, { by: patient });
    await vi.waitUntil(() => refusals() > refusedBefore, { timeout: 20_000, interval: 5 });
    for (const ticket of tickets) ticket.release();
    expect((await answer).status).toBe('200');
  });
});

describe('a caller that hangs up', () => {
  it("keeps its place until the download's time limit, then leaves none taken and no work waiting", async () => {
    const caller = new AbortController();
    const holders = Array.from({ length: 3 }, () => bed.detectBytes(sample1));
    const abandoned = bed.detectUrl(`${bed.photoOrigin}/never.jpg`, { abortSignal: caller.signal });
    await vi.waitUntil(() => bed.hanging.length > 0, { timeout: 20_000, interval: 5 });
    caller.abort();
    // The host tells no function that its caller hung up.
    await expect(abandoned).rejects.toThrow('aborted');
    for (const { status } of await Promise.all(holders)) expect(status).toBe('200');
    await vi.waitUntil(() => bed.service.pool.health().admitted === 0, { timeout: 20_000, interval: 5 });
  });
});
