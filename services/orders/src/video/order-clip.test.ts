import type { Order } from '@tally/chains';
import { createFfmpeg } from '@tally/ffmpeg';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeOrderClip } from './order-clip.ts';
import { drawWatermark } from './watermark.ts';

const runFfmpeg = createFfmpeg();
const orderOf = (name: string): Order => ({
  number: 'A-1001',
  customer: { name, email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 1, price: 1 }],
});

/** The number of opaque white pixels in each row of a picture. */
async function whiteOfRows(png: Uint8Array): Promise<number[]> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.height }, (_, row) => {
    const pixels = Array.from({ length: info.width }, (_pixel, column) => (row * info.width + column) * 4);
    return pixels.filter((at) => data.subarray(at, at + 4).every((value) => value > 200)).length;
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('the clip is three seconds of H.264 that players support, and has the watermark', async () => {
  const clip = await makeOrderClip(orderOf('Zoë Müller-Łukasz'), runFfmpeg);
  const { outputs, lines } = await runFfmpeg({
    inputs: new Map([['clip.mp4', clip]]),
    args: ['-ss', '1', '-i', 'clip.mp4', '-frames:v', '1', 'frame.png'],
    outputs: ['frame.png'],
    timeoutMs: 60_000,
  });
  expect(lines.join('\n')).toMatch(/Duration: 00:00:03\.0.*Video: h264 .*yuv420p.*320x240.* 25 fps/s);

  // Where the mark has text, the frame is white. Beside it the frame is dark, whatever the clip shows.
  const mark = await sharp(await drawWatermark('Order A-1001', 'Zoë Müller-Łukasz', { width: 320, height: 240 }))
    .ensureAlpha()
    .raw()
    .toBuffer();
  const frame = await sharp(outputs.get('frame.png')).greyscale().raw().toBuffer();
  const brightness = (isWanted: (alpha: number, red: number) => boolean): number => {
    const found = Array.from(frame).filter((_, at) => isWanted(mark[at * 4 + 3] ?? 0, mark[at * 4] ?? 0));
    return sum(found) / found.length;
  };
  expect(brightness((alpha, red) => alpha === 255 && red === 255)).toBeGreaterThan(150);
  expect(brightness((alpha, red) => alpha === 153 && red === 0)).toBeLessThan(100);
});

test('the same order makes the same clip', async () => {
  const first = await makeOrderClip(orderOf('Zoë'), runFfmpeg);
  expect(Buffer.from(first).equals(await makeOrderClip(orderOf('Zoë'), runFfmpeg))).toBe(true);
});

test('the watermark shows both lines, whatever they contain, and covers nothing else', async () => {
  const size = { width: 320, height: 240 };
  const rows = await whiteOfRows(await drawWatermark('Order A-1001', 'Ελένη </svg><rect width="320"/> & Юлия', size));
  expect(sum(rows.slice(0, 186))).toBe(0);
  expect(sum(rows.slice(190, 214)), 'the title').toBeGreaterThan(100);
  expect(sum(rows.slice(214, 238)), 'the name').toBeGreaterThan(100);
});

test('a name that is too long stays within the picture', async () => {
  const png = await drawWatermark('Order A-1001', 'W'.repeat(200), { width: 320, height: 240 });
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const isWhiteInMargin = Array.from({ length: info.width * info.height }, (_, at) => at)
    .filter((at) => at % info.width > info.width - 10)
    .some((at) => (data[at * 4] ?? 0) > 128);
  expect(isWhiteInMargin).toBe(false);
});
