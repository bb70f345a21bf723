import { describe, expect, test, vi } from 'vitest';
import { againWhenBusy } from './again-when-busy.ts';
import { createFfmpeg } from './create-ffmpeg.ts';
import { FfmpegError } from './ffmpeg-error.ts';

const TIMEOUT_MS = 60_000;
const clip = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=1', '-pix_fmt', 'yuv420p'];
/** Runs until it is stopped. */
const source = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10'];
const endless = [...source, '-f', 'null', '-'];

/** The error that the command ends with. */
async function errorOf(command: Promise<unknown>): Promise<unknown> {
  return await command.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('ffmpeg in WebAssembly', () => {
  const runFfmpeg = createFfmpeg();

  test('makes a clip, the same from the same command, and reads it', async () => {
    const make = { args: [...clip, '-fflags', '+bitexact', 'a.mp4'], outputs: ['a.mp4'], timeoutMs: TIMEOUT_MS };
    const [first, second] = await Promise.all([runFfmpeg(make), runFfmpeg(make)]);
    const bytes = first.outputs.get('a.mp4') ?? new Uint8Array();
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe('ftyp');
    expect(second.outputs.get('a.mp4')).toEqual(bytes);

    const read = { inputs: new Map([['a.mp4', bytes]]), args: ['-i', 'a.mp4', '-f', 'null', '-'], outputs: [] };
    const { lines } = await runFfmpeg({ ...read, timeoutMs: TIMEOUT_MS });
    expect(lines.join('\n')).toMatch(/Video: h264 .*yuv420p.*160x120/);
    expect(bytes.byteLength, "the caller's bytes are still there").toBeGreaterThan(1_000);
  });

  test("reports ffmpeg's own message if a file has no known format", async () => {
    const inputs = new Map([['a.bin', Buffer.from('no clip at all')]]);
    const error = await errorOf(
      runFfmpeg({ inputs, args: ['-i', 'a.bin', 'b.mp4'], outputs: ['b.mp4'], timeoutMs: TIMEOUT_MS }),
    );
    expect(error).toMatchObject({ problem: 'failed' });
    expect(String(error)).toContain('Invalid data found');
  });

  test('ends a command after its time limit, and runs the next', async () => {
    const late = await errorOf(runFfmpeg({ args: endless, outputs: [], timeoutMs: 200 }));
    expect(late).toMatchObject({ problem: 'timedOut' });
    const { outputs } = await runFfmpeg({ args: [...clip, 'a.mp4'], outputs: ['a.mp4'], timeoutMs: TIMEOUT_MS });
    expect([...outputs.keys()]).toEqual(['a.mp4']);
  });

  test('does not start a command whose turn does not come in time; it can be tried again', async () => {
    const hasty = createFfmpeg({ turnMs: 100 });
    const running = new AbortController();
    const long = errorOf(hasty({ args: endless, outputs: [], timeoutMs: TIMEOUT_MS, signal: running.signal }));
    const short = againWhenBusy(async (_work: { again: (after: string) => string }) => {
      await hasty({ args: [...clip, 'a.mp4'], outputs: ['a.mp4'], timeoutMs: TIMEOUT_MS });
      return 'made';
    });
    const again = (after: string) => `again after ${after}`;
    expect(await short({ again })).toBe('again after 10s');
    running.abort(new Error('enough'));
    expect(await long).toMatchObject({ message: 'enough' });
    await vi.waitFor(async () => expect(await short({ again })).toBe('made'), TIMEOUT_MS);
  });

  test('ends a command that its caller aborts, also while it waits for its turn', async () => {
    const running = new AbortController();
    const waiting = new AbortController();
    const first = errorOf(runFfmpeg({ args: endless, outputs: [], timeoutMs: TIMEOUT_MS, signal: running.signal }));
    const second = errorOf(runFfmpeg({ args: endless, outputs: [], timeoutMs: TIMEOUT_MS, signal: waiting.signal }));
    waiting.abort(new Error('no longer wanted'));
    expect(await second).toMatchObject({ message: 'no longer wanted' });
    running.abort(new Error('enough'));
    expect(await first).toMatchObject({ message: 'enough' });
  });

  test('refuses outputs and inputs beyond the limits', async () => {
    const small = createFfmpeg({ limits: { inputBytes: 10, outputBytes: 2_000 } });
    const large = await errorOf(
      small({ args: [...source, '-c:v', 'rawvideo', 'a.avi'], outputs: ['a.avi'], timeoutMs: TIMEOUT_MS }),
    );
    expect(large).toBeInstanceOf(FfmpegError);
    expect(large).toMatchObject({ problem: 'tooLarge' });
    const inputs = new Map([['a.bin', new Uint8Array(11)]]);
    await expect(small({ inputs, args: ['-i', 'a.bin'], outputs: [], timeoutMs: TIMEOUT_MS })).rejects.toThrow(
      RangeError,
    );
  });

  test('opens no address that a file names', async () => {
    const playlist = Buffer.from(
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n',
    );
    const command = { inputs: new Map([['a.m3u8', playlist]]), args: ['-i', 'a.m3u8', 'b.mp4'], outputs: ['b.mp4'] };
    const error = await errorOf(runFfmpeg({ ...command, timeoutMs: TIMEOUT_MS }));
    expect(String(error)).toContain("Protocol 'http' not on whitelist 'file'!");
  });

  test.each(['../a.mp4', '/etc/passwd', '-i', 'a b.mp4', ''])('accepts no file named "%s"', async (name) => {
    await expect(runFfmpeg({ args: [name], outputs: [name], timeoutMs: TIMEOUT_MS })).rejects.toThrow(TypeError);
  });
});
