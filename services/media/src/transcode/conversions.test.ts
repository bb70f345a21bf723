// Runs the steps one after another with the real ffmpeg and mediainfo: the others get the transcoder's
// output.
import { allBytes, containers, MemoryBlobs } from '@tally/blobs';
import type { BlobRef } from '@tally/chain';
import { createFfmpeg } from '@tally/ffmpeg';
import { beforeAll, describe, expect, test } from 'vitest';
import { film, plainFilm, quietFilm, silentFilm, tone } from '../fixtures/clips.fixture.ts';
import { failureOf, resultOf, workOn } from '../fixtures/work.fixture.ts';
import { measureLoudness } from '../loudness/measure-loudness.ts';
import { readMetadata } from '../metadata/read-metadata.ts';
import { takeThumbnail } from '../thumbnail/take-thumbnail.ts';
import { transcodeFile } from './transcode-file.ts';

const runFfmpeg = createFfmpeg();
const settings = { maxBytes: 50 * 2 ** 20, maxSeconds: 60 };
const store = new MemoryBlobs();
const transcode = transcodeFile(store, runFfmpeg, settings);
const thumbnail = takeThumbnail(store, runFfmpeg, settings);
const loudness = measureLoudness(store, runFfmpeg, settings);
const metadata = readMetadata(store);

beforeAll(() => store.createContainers(Object.values(containers)));

async function inLibrary(name: string, content: Uint8Array): Promise<{ file: BlobRef; type: string }> {
  const at = { container: containers.library, name };
  const { bytes } = await store.put(at, content, { contentType: 'application/octet-stream', maxBytes: 2 ** 30 });
  return { file: { ...at, bytes }, type: 'as the scan said' };
}

/** Everything made from a file: the web version, its metadata, its picture, its loudness. */
async function madeOf(name: string, content: Uint8Array) {
  const web = await resultOf(transcode, workOn(store, 'transcode', await inLibrary(name, content), { run: name }));
  const input = { file: web };
  return {
    web,
    about: await resultOf(metadata, workOn(store, 'metadata', { file: web, type: 'video/mp4' })),
    picture: await resultOf(thumbnail, workOn(store, 'thumbnail', input, { run: name })),
    ...(await resultOf(loudness, workOn(store, 'loudness', input))),
  };
}

describe('a film with sound', () => {
  // The first test makes it, because a test may take longer than a hook.
  let making: Promise<{ source: Uint8Array } & Awaited<ReturnType<typeof madeOf>>> | undefined;
  const makeOnce = async () => {
    making ??= film(runFfmpeg).then(async (source) => ({ source, ...(await madeOf('film', source)) }));
    return await making;
  };

  test('is described by its content', async () => {
    const { source } = await makeOnce();
    const input = await inLibrary('described', source);
    const { seconds, ...about } = await resultOf(metadata, workOn(store, 'metadata', input));
    expect(seconds).toBeCloseTo(2, 0);
    expect(about).toEqual({
      format: 'MPEG-4',
      width: 1442,
      height: 300,
      videoCodec: 'AVC',
      audioCodec: 'AAC',
    });
  });

  test('becomes an MP4 for the web of bounded, even size, under the name of the work', async () => {
    const made = await makeOnce();
    expect(made.web).toMatchObject({ container: 'runs', name: 'film/g1/transcode.0/web.mp4' });
    expect(await store.head(made.web)).toMatchObject({ contentType: 'video/mp4', bytes: made.web.bytes });
    expect(made.about).toMatchObject({
      format: 'MPEG-4',
      width: 1280,
      height: 266,
      videoCodec: 'AVC',
      audioCodec: 'AAC',
    });
    const content = Buffer.from(await allBytes(await store.get(made.web)));
    // Playable before it is fully loaded: the table of contents comes before the pictures.
    expect(content.indexOf('moov')).toBeLessThan(content.indexOf('mdat'));
  });

  test('yields a picture', async () => {
    const { picture } = await makeOnce();
    expect(picture.name).toBe('film/g1/thumbnail.0/thumbnail.jpg');
    expect(await jpegSize(picture)).toEqual({ width: 480, height: 100 });
  });

  test('has the loudness of its tone', async () => {
    const { lufs } = await makeOnce();
    // A sine of an eighth of full scale, on both channels.
    expect(lufs).toBeGreaterThan(-25);
    expect(lufs).toBeLessThan(-15);
  });
});

test('a film without sound or with silence has no loudness', async () => {
  const silent = await madeOf('silent', await silentFilm(runFfmpeg));
  expect(silent.about).toMatchObject({ videoCodec: 'AVC', audioCodec: null });
  expect(silent.lufs).toBeNull();
  const quiet = await madeOf('quiet', await quietFilm(runFfmpeg));
  expect(quiet.about).toMatchObject({ audioCodec: 'AAC' });
  expect(quiet.lufs).toBeNull();
});

test('a film of few colours yields a picture, too', async () => {
  const input = await inLibrary('plain', await plainFilm(runFfmpeg));
  const picture = await resultOf(thumbnail, workOn(store, 'thumbnail', input, { run: 'plain' }));
  expect(await jpegSize(picture)).toEqual({ width: 320, height: 240 });
});

test('sound alone becomes an MP4 with sound, and a picture of its waveform', async () => {
  const made = await madeOf('tone', await tone(runFfmpeg));
  expect(made.about).toMatchObject({ width: null, videoCodec: null, audioCodec: 'AAC' });
  expect(await jpegSize(made.picture)).toEqual({ width: 480, height: 270 });
  expect(made.lufs).toBeLessThan(0);
});

test('a file that is longer or larger than the settings allow is not converted', async () => {
  const input = await inLibrary('long', await tone(runFfmpeg));
  const shorter = transcodeFile(store, runFfmpeg, { ...settings, maxSeconds: 1 });
  expect(await failureOf(resultOf(shorter, workOn(store, 'transcode', input)))).toBe('FatalError TooLong');
  const smaller = transcodeFile(store, runFfmpeg, { ...settings, maxBytes: 100 });
  expect(await failureOf(resultOf(smaller, workOn(store, 'transcode', input)))).toBe('FatalError FileTooLarge');
});

test('an unreadable file fails for good', async () => {
  const input = await inLibrary('broken', Buffer.alloc(5_000, 'no film'));
  for (const handler of [metadata, transcode]) {
    expect(await failureOf(resultOf<typeof input, unknown>(handler, workOn(store, 'node', input)))).toBe(
      'FatalError UnreadableMedia',
    );
  }
  const cut = await inLibrary('cut', (await film(runFfmpeg)).subarray(0, 3_000));
  expect(await failureOf(resultOf(transcode, workOn(store, 'transcode', cut)))).toMatch(/^FatalError /);
  const gone = { file: { container: 'library', name: 'gone', bytes: 10 }, type: 'video/mp4' };
  expect(await failureOf(resultOf(metadata, workOn(store, 'metadata', gone)))).toBe('FatalError FileMissing');
});

/** Reads the size from the frame header of a JPEG. */
async function jpegSize(file: BlobRef): Promise<{ width: number; height: number }> {
  const bytes = Buffer.from(await allBytes(await store.get(file)));
  expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xc0) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  throw new Error('no JPEG');
}
