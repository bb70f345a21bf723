import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isProcessAlive } from './process-alive.ts';
import { root } from './repository.ts';

const runningSystemSchema = z.object({
  /** The process id of `npm start`. */
  pid: z.int(),
  baseUrl: z.url(),
  startedAt: z.iso.datetime(),
  /** Ports from which its face service fetches local files. None if another Face endpoint is used. */
  photoPorts: z.array(z.int()),
  /** The folder of the mails that its apps send. Null: it catches no mails. */
  mailFolder: z.string().nullable().default(null),
  /** Names of the chains whose apps it has started. */
  chains: z.array(z.string()).default([]),
  /** Connection string of our own Azurite, whose key is public. Absent if another storage is used. */
  storage: z.string().optional(),
});

/** A system that `npm start` has started, as the other commands find it. */
export type RunningSystem = z.infer<typeof runningSystemSchema>;

/** Holds one file per running system of this clone. Nothing in it is secret. */
const defaultFolder = join(root, '.tally', 'running');

/** How long a system may take to answer that it is there. */
const answerMs = 5_000;

/** Makes the system known to the other commands until it is withdrawn. */
export function announceSystem(system: RunningSystem, folder = defaultFolder): { withdraw(): void } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${system.pid}.json`);
  // Renamed, so that no reader sees an incomplete file.
  writeFileSync(`${file}.new`, `${JSON.stringify(system, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return { withdraw: () => rmSync(file, { force: true }) };
}

/** The running systems, the youngest first. Files that a crash has left behind are removed. */
export async function findRunningSystems(folder = defaultFolder): Promise<RunningSystem[]> {
  const known = listFiles(folder).flatMap((file) => readAnnouncement(join(folder, file)));
  const answers = await Promise.all(known.map(isAnswering));
  return known
    .filter((_, index) => answers[index] === true)
    .sort((left, right) => right.startedAt.localeCompare(left.startedAt));
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return []; // Nothing was ever started.
  }
}

function readAnnouncement(file: string): RunningSystem[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // Withdrawn at this moment.
  }
  const parsed = runningSystemSchema.safeParse(parseJson(text));
  if (parsed.success && isProcessAlive(parsed.data.pid)) return [parsed.data];
  rmSync(file, { force: true });
  return [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const statusSchema = z.object({ id: z.literal('intake'), state: z.literal('Running') });

/** The process id may belong to another program by now, so the system itself must answer. */
async function isAnswering({ baseUrl }: RunningSystem): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/admin/host/status`, { signal: AbortSignal.timeout(answerMs) });
    return statusSchema.safeParse(await response.json()).success;
  } catch {
    return false; // Starting, stopping, or not Tally.
  }
}
