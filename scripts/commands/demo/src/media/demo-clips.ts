import type { RunFfmpeg } from '@tally/ffmpeg';

/** A file of the demo, made while it runs. */
export interface DemoClip {
  readonly name: string;
  readonly content: Uint8Array;
}

const SECONDS = 3;
const TIMEOUT_MS = 120_000;

/**
 * A test picture and a fractal, each with a tone, in the two most common forms of films for the web. They are
 * small enough for a slow core.
 */
const clips = [
  {
    name: 'test-picture.mp4',
    picture: `testsrc=size=320x240:rate=25:duration=${SECONDS}`,
    hertz: 440,
    codecs: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  },
  {
    name: 'fractal.webm',
    picture: `mandelbrot=size=320x240:rate=12`,
    hertz: 880,
    codecs: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libvorbis'],
  },
];

/**
 * Makes the two clips of the demo. Each takes some seconds of a core.
 * @throws FfmpegError; the signal's reason when it fires
 */
export async function makeDemoClips(runFfmpeg: RunFfmpeg, signal?: AbortSignal): Promise<DemoClip[]> {
  const made: DemoClip[] = [];
  for (const { name, picture, hertz, codecs } of clips) {
    const sound = `sine=frequency=${hertz}:duration=${SECONDS}`;
    const { outputs } = await runFfmpeg({
      args: ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', String(SECONDS), ...codecs, name],
      outputs: [name],
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const content = outputs.get(name);
    if (content === undefined) throw new Error(`ffmpeg wrote no ${name}`);
    made.push({ name, content });
  }
  return made;
}
