import { createFfmpeg } from '@tally/ffmpeg';
import { expect, test } from 'vitest';
import { makeDemoClips } from './demo-clips.ts';

const runFfmpeg = createFfmpeg();

test('the two clips are short films with sound', async () => {
  const clips = await makeDemoClips(runFfmpeg);
  expect(clips.map(({ name }) => name)).toEqual(['test-picture.mp4', 'fractal.webm']);
  const forms = [/Video: h264.*320x240.*Audio: aac/s, /Video: vp8.*320x240.*Audio: vorbis/s];
  for (const [index, { name, content }] of clips.entries()) {
    expect(content.byteLength).toBeLessThan(2 ** 20);
    const { lines } = await runFfmpeg({
      inputs: new Map([[name, content]]),
      args: ['-i', name, '-f', 'null', '-'],
      outputs: [],
      timeoutMs: 60_000,
    });
    expect(lines.join('\n')).toMatch(/Duration: 00:00:03/);
    expect(lines.join('\n')).toMatch(forms[index] ?? /^$/);
  }
});
