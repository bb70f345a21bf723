import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckedCommand, FfmpegResult } from '../command.ts';
import { FfmpegError } from '../ffmpeg-error.ts';
import { LastLines } from '../last-lines.ts';
import { limitTime } from '../time-limit.ts';

/** The variables of this process's environment that the program gets. It doesn't need the others. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP'];

/** Runs a native ffmpeg in a folder that holds the inputs and is deleted afterwards. */
export async function runProgram(
  program: string,
  command: CheckedCommand,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<FfmpegResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-ffmpeg-'));
  try {
    for (const [name, bytes] of command.inputs) await writeFile(join(folder, name), bytes);
    const lines = await execute(program, folder, command.args, timeoutMs, signal);
    const outputs = new Map<string, Uint8Array>();
    for (const name of command.outputs) outputs.set(name, await readOutput(folder, name, command.outputBytes, lines));
    return { outputs, lines };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function readOutput(folder: string, name: string, outputBytes: number, lines: string[]): Promise<Uint8Array> {
  const path = join(folder, name);
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new FfmpegError('failed', `ffmpeg didn't write ${name}`, lines, { cause });
  });
  // ffmpeg ends normally when the limit cuts its output off.
  if (size >= outputBytes) throw new FfmpegError('tooLarge', `${name} is larger than allowed`, lines);
  return new Uint8Array(await readFile(path));
}

async function execute(
  program: string,
  folder: string,
  args: readonly string[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const env = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
  const child = spawn(program, ['-nostdin', '-y', '-hide_banner', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const said = new LastLines();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => said.add(text));
  }
  let stopped: Error | undefined;
  using _limit = limitTime(timeoutMs, signal, (why) => {
    stopped = why;
    child.kill('SIGKILL');
  });
  await once(child, 'close').catch((cause: unknown) => {
    throw new FfmpegError('unavailable', `${program} doesn't start`, [], { cause });
  });
  if (stopped !== undefined) throw stopped;
  const lines = said.all();
  if (child.signalCode !== null) throw new FfmpegError('crashed', `ffmpeg was ended by ${child.signalCode}`, lines);
  if (child.exitCode !== 0) throw new FfmpegError('failed', `ffmpeg ended with code ${child.exitCode}`, lines);
  return lines;
}
