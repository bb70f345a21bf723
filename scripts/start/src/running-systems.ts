import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isProcessAlive } from './process-alive.ts';
import { root } from './repository.ts';

const runningSystemSchema = z.object({
  /** Of `npm start`. */
  pid: z.int(),
  baseUrl: z.url(),
  startedAt: z.iso.datetime(),
  /** Ports on which its face service looks at local files; none where another Face endpoint is in use. */
  photoPorts: z.array(z.int()),
  /** Where it keeps the mails that its apps send; null: it catches none. */
  mailFolder: z.string().nullable().default(null),
  /** Names of the chains whose apps it has started. */
  chains: z.array(z.string()).default([]),
  /** Connection string of our own Azurite, whose key all the world knows; absent where another storage is in use. */
  storage: z.string().optional(),
});

/** A system that `npm start` has started, as the other commands find it. */
export type RunningSystem = z.infer<typeof runningSystemSchema>;

/** One file for each running system of this clone. Nothing in it is secret. */
const defaultFolder = join(root, '.tally', 'running');

/** How long a system may take to say that it is there. */
const answerMs = 5_000;

/** Makes the system known to the other commands until it is withdrawn. */
export function announceSystem(system: RunningSystem, folder = defaultFolder): { withdraw(): void } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${system.pid}.json`);
  // Renamed, so that nobody reads half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(system, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return { withdraw: () => rmSync(file, { force: true }) };
}

/** The systems that run, the youngest first. Files that a crash has left behind are removed. */
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
    return []; // Withdrawn this very moment.
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

/** A process id may have been given to another program since: the system must answer by itself. */
async function isAnswering({ baseUrl }: RunningSystem): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/admin/host/status`, { signal: AbortSignal.timeout(answerMs) });
    return statusSchema.safeParse(await response.json()).success;
  } catch {
    return false; // Starting, stopping, or not Tally.
  }
}
