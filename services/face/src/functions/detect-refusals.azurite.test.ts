import { thinPng } from '@tally/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type FaceBed, readSample, startFaceBed } from './face-bed.fixture.ts';

/** Matches text that contains this part. It is typed, which vitest's own matcher isn't. */
const containing = (part: string): unknown => expect.stringContaining(part);

const sample1 = readSample(1);
// Made here: it takes seconds, in which an open connection would time out.
const thin = thinPng(59_999_999, 1);

let bed: FaceBed;

beforeAll(async () => {
  bed = await startFaceBed();
  bed.photos.set('/sample1.jpg', sample1);
});

afterAll(() => bed.close());

describe('an invalid call', () => {
  it('is refused without the right key', async () => {
    const response = await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`, { by: bed.newClient('wrong') });
    expect(errorOf(response)).toMatchObject({ status: '401', code: '401' });
  });

  it("with the client library's defaults is told to switch face ids off", async () => {
    const response = await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`, { query: {} });
    expect(errorOf(response)).toMatchObject({
      status: '403',
      code: 'UnsupportedFeature',
      message: containing('Send returnFaceId=false'),
    });
  });

  it('for an unknown attribute is refused', async () => {
    const response = await bed.detectUrl(`${bed.photoOrigin}/sample1.jpg`, {
      query: { returnFaceId: false, returnFaceAttributes: ['mood'] },
    });
    expect(errorOf(response)).toMatchObject({ status: '400', code: 'BadArgument' });
  });
});

describe('hostile input', () => {
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${' '.repeat(2000)}</svg>`);
  const html = Buffer.from(`<!DOCTYPE html><html><body>${'not found '.repeat(500)}</body></html>`);

  it.each<[string, () => Promise<Buffer>]>([
    ['a truncated image', async () => sample1.subarray(0, sample1.length / 2)],
    [
      'a 100-megapixel bomb',
      () =>
        sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#fff' } })
          .png({ compressionLevel: 9 })
          .toBuffer(),
    ],
    ['SVG', async () => svg],
    ['HTML', async () => html],
    ['TIFF', () => sharp(sample1).resize(300).tiff().toBuffer()],
    ['a line of 16-bit pixels', async () => thin],
  ])('of %s is InvalidImage, sent or linked', async (what, make) => {
    const image = await make();
    expect(image.length).toBeGreaterThan(1024);
    expect(errorOf(await bed.detectBytes(image))).toMatchObject({ status: '400', code: 'InvalidImage' });
    bed.photos.set(`/${encodeURIComponent(what)}`, image);
    expect(errorOf(await bed.detectUrl(`${bed.photoOrigin}/${encodeURIComponent(what)}`))).toMatchObject({
      status: '400',
      code: 'InvalidImage',
    });
  });

  it('of 7 MB is InvalidImageSize, sent or linked', async () => {
    const large = Buffer.concat([sample1, Buffer.alloc(7 * 1024 * 1024)]);
    expect(errorOf(await bed.detectBytes(large))).toMatchObject({ status: '400', code: 'InvalidImageSize' });
    bed.photos.set('/large.jpg', large);
    expect(errorOf(await bed.detectUrl(`${bed.photoOrigin}/large.jpg`))).toMatchObject({
      status: '400',
      code: 'InvalidImageSize',
    });
  });

  it.each([
    ['the metadata service', () => 'http://169.254.169.254/metadata/instance'],
    ['a redirect to the metadata service', () => `${bed.photoOrigin}/to-metadata`],
    ['a name that resolves to 127.0.0.1', () => bed.photoOrigin.replace('127.0.0.1', 'localhost')],
    ['another port of an allowed host', () => 'http://127.0.0.1:1/'],
    ['mapped IPv6', () => 'http://[::ffff:127.0.0.1]/'],
    ['more than three redirects', () => `${bed.photoOrigin}/loop`],
    ['a missing photo', () => `${bed.photoOrigin}/missing.jpg`],
    ['ftp', () => 'ftp://example.com/a.jpg'],
  ])('of a URL of %s is InvalidURL', async (_what, url) => {
    bed.photos.set('/to-metadata', 'http://169.254.169.254/metadata/instance');
    bed.photos.set('/loop', '/loop');
    expect(errorOf(await bed.detectUrl(url()))).toMatchObject({ status: '400', code: 'InvalidURL' });
  });
});
