import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { readLines } from './lines.ts';
import { readableLine } from './log.ts';
import { withoutControls } from './plain-text.ts';

/** Starts the one line of a host's output that is meant for a machine. A JSON object follows it. */
export const readyPrefix = 'tally-host ready ';

const readySchema = z.object({ app: z.string(), port: z.int(), functions: z.array(z.string()) });

const statusSchema = z.object({ workerProcessId: z.int().nullable() });

export interface HostProcessOptions {
  /** Folder of the built app. */
  readonly appDir: string;
  /** Default 0: a free port, which the process reports once it is ready. */
  readonly port?: number;
  /** All environment variables that the app sees, besides PATH, HOME and the like. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Gets every line of output and errors, except the ready line. JSON lines of the app are made readable,
   * unless TALLY_LOG_FORMAT is json.
   */
  readonly onLine?: (line: string) => void;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A host that is ready to work. */
export interface HostProcess {
  readonly app: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  readonly functions: readonly string[];
  /**
   * Id of the process in which the functions run, as the host reports it. Undefined while a dead worker is
   * being replaced.
   */
  workerPid(): Promise<number | undefined>;
  /** Resolves when the process has ended, for any reason. */
  readonly exited: Promise<ExitStatus>;
  /** Sends SIGTERM. Running work ends first. */
  stop(): Promise<ExitStatus>;
  /** The default signal is SIGKILL, which acts like a power cut. Messages in flight keep their leases. */
  kill(signal?: NodeJS.Signals): Promise<ExitStatus>;
}

/**
 * The variables of this environment that a child process needs to work, and to start fast. It gets no others.
 */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'NODE_COMPILE_CACHE'] as const;
/** How many lines of output are kept for the message of a failed start. */
const keptLines = 40;

/**
 * Starts a host in its own process and waits until it is ready. The host ends when this process ends.
 * @throws Error with the last lines of its output when it ends before it is ready
 */
export async function startHostProcess({
  appDir,
  port = 0,
  env,
  onLine = () => undefined,
}: HostProcessOptions): Promise<HostProcess> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [main, '--app', appDir, '--port', String(port), '--exit-with-parent'], {
    env: { ...inheritedEnv(), ...env },
    // The open standard input tells the child that this process is alive.
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C in the terminal is meant for this process, which then stops the hosts in good order.
    detached: true,
  });
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const app = basename(appDir);
  const readable = env['TALLY_LOG_FORMAT'] !== 'json';
  const lastLines: string[] = [];
  const ready = Promise.withResolvers<z.infer<typeof readySchema>>();
  child.once('error', ready.reject);
  const read = (line: string): void => {
    if (line.startsWith(readyPrefix)) {
      ready.resolve(readySchema.parse(JSON.parse(line.slice(readyPrefix.length))));
      return;
    }
    lastLines.push(withoutControls(line));
    if (lastLines.length > keptLines) lastLines.shift();
    onLine(readable ? readableLine(line, app) : withoutControls(line));
  };
  const outputRead = readLines(child.stdout, read);
  outputRead.catch(ready.reject);
  const errorsRead = readLines(child.stderr, read);
  errorsRead.catch(ready.reject);

  const early = exited.then(async ({ code, signal }) => {
    await errorsRead;
    throw new Error(`The host of ${appDir} ended with ${signal ?? `exit code ${code}`}:\n${lastLines.join('\n')}`);
  });
  const info = await Promise.race([ready.promise, early]);
  const { pid } = child;
  // No 0 instead: a signal to 0 ends the sender and all of its group.
  if (pid === undefined) throw new Error(`The host of ${appDir} has no process`);
  // From here on `exited` reports an exit.
  early.catch(() => undefined);

  const kill = (signal: NodeJS.Signals): Promise<ExitStatus> => {
    child.kill(signal);
    return exited;
  };
  const url = `http://127.0.0.1:${info.port}`;
  return {
    ...info,
    url,
    pid,
    exited,
    workerPid: async () => {
      const answer = await fetch(`${url}/admin/host/status`);
      return statusSchema.parse(await answer.json()).workerProcessId ?? undefined;
    },
    stop: () => kill('SIGTERM'),
    kill: (signal = 'SIGKILL') => kill(signal),
  };
}

function inheritedEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(passedOn.map((name) => [name, process.env[name]]));
}
