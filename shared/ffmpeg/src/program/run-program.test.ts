import { chmod, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFfmpeg } from '../create-ffmpeg.ts';

// A short program in place of a native ffmpeg: the tests check how it is run. Windows starts no scripts by
// their first line.
describe.skipIf(process.platform === 'win32')('an installed ffmpeg', () => {
  const program = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const [mode] = args.slice(-1);
if (mode === 'endless') setInterval(() => undefined, 1000);
if (mode === 'refuse') { console.error('first line\\nInvalid data found'); process.exitCode = 1; }
if (mode === 'copy.mp4') writeFileSync(mode, readFileSync('in.mp4') + ' copied');
if (mode === 'env.txt') writeFileSync(mode, JSON.stringify({ args, env: process.env }));
`;
  let path = '';
  beforeAll(async () => {
    const folder = await temporaryFolder();
    path = join(folder.path, 'ffmpeg');
    await writeFile(path, program);
    await chmod(path, 0o755);
    return async () => await folder.remove();
  });
  const foldersLeft = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('tally-ffmpeg-'));

  test('reads inputs, writes outputs and leaves no folder', async () => {
    const before = await foldersLeft();
    const runFfmpeg = createFfmpeg({ program: path });
    const inputs = new Map([['in.mp4', Buffer.from('a clip')]]);
    const { outputs } = await runFfmpeg({ inputs, args: ['copy.mp4'], outputs: ['copy.mp4'], timeoutMs: 60_000 });
    expect(Buffer.from(outputs.get('copy.mp4') ?? []).toString()).toBe('a clip copied');
    expect(await foldersLeft()).toEqual(before);
  });

  test("gets limited arguments and none of this process's settings", async () => {
    process.env['TALLY_MAIL_PASSWORD_OF_A_TEST'] = 'secret';
    const runFfmpeg = createFfmpeg({ program: path, limits: { inputBytes: 10, outputBytes: 99_999 } });
    const args = ['-i', 'in.mp4', 'env.txt'];
    const { outputs } = await runFfmpeg({ args, outputs: ['env.txt'], timeoutMs: 60_000 });
    const seen = Buffer.from(outputs.get('env.txt') ?? []).toString();
    expect(seen).toContain('"-protocol_whitelist","file","-i","in.mp4","-fs","99999","env.txt"');
    expect(seen).not.toContain('secret');
  });

  test('that fails, never ends, is aborted or is missing is reported with its cause', async () => {
    const runFfmpeg = createFfmpeg({ program: path });
    const refused = runFfmpeg({ args: ['refuse'], outputs: [], timeoutMs: 60_000 });
    await expect(refused).rejects.toMatchObject({ problem: 'failed', lines: ['first line', 'Invalid data found'] });
    const late = runFfmpeg({ args: ['endless'], outputs: [], timeoutMs: 100 });
    await expect(late).rejects.toMatchObject({ problem: 'timedOut' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(runFfmpeg({ args: ['endless'], outputs: [], timeoutMs: 60_000, signal })).rejects.toThrow('enough');
    const missing = createFfmpeg({ program: `${path}-missing` })({ args: [], outputs: [], timeoutMs: 60_000 });
    await expect(missing).rejects.toMatchObject({ problem: 'unavailable' });
  });
});
