import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The storage services of an Azurite. Each runs in its own process. */
export type StorageService = 'queue' | 'table' | 'blob';

/** One running Azurite process. */
export type AzuriteProcess = {
  service: StorageService;
  port: number;
  pid: number;
  /** Resolves when the process has ended, for any reason. */
  exited: Promise<void>;
  /** What the process said about its end, as part of a sentence. */
  lastWord(): string;
  stop(): Promise<void>;
};

/** Another process listens on the requested port. */
export class PortInUseError extends Error {
  override name = 'PortInUseError';
  readonly port: number;

  constructor(service: StorageService, port: number) {
    super(
      `Azurite's ${service} service can't listen on 127.0.0.1:${port}: the port is in use. ` +
        'Stop what listens there (another Azurite?) or choose another port.',
    );
    this.port = port;
  }
}

/**
 * Azurite ended before it listened, or never listened. The message is one line. The cause shows the last
 * lines that Azurite printed.
 */
export class AzuriteStartError extends Error {
  override name = 'AzuriteStartError';
}

/**
 * An Azurite closes its files in well under a second. If it were killed before that, it would lose what it
 * holds in memory.
 */
const stopGuardMs = 60_000;
/** It starts in two seconds. On two cores with sixteen busy processes 20 seconds were seen. */
const startGuardMs = 100_000;
const keptLines = 40;
const preloads = [new URL('./stop-with-parent.ts', import.meta.url), new URL('./no-telemetry.ts', import.meta.url)];

/**
 * Starts one storage service and waits until it listens.
 * @throws PortInUseError, or an AzuriteStartError
 */
export async function startAzuriteProcess(
  service: StorageService,
  port: number,
  storage: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<AzuriteProcess> {
  const child = spawnAzurite(service, port, storage, env);
  const lines = keepLines(child);
  const exited = once(child, 'exit').then(() => undefined);
  // Its output may arrive after its end. `exited` reports an error of the spawn.
  const printed = once(child, 'close').catch(() => undefined);
  const running: AzuriteProcess = {
    service,
    port,
    pid: child.pid ?? 0,
    exited,
    lastWord: () => lastWord(lines),
    stop: () => stopProcess(child, exited),
  };
  try {
    await listening(child, exited, lines);
  } catch (error) {
    await running.stop();
    await printed;
    const output = lines.join('\n');
    if (/EADDRINUSE/.test(output)) throw new PortInUseError(service, port);
    const message = `Azurite's ${service} service did not start (${error instanceof Error ? error.message : String(error)}); ${running.lastWord()}.`;
    throw new AzuriteStartError(message, { cause: new Error(output, { cause: error }) });
  }
  return running;
}

/**
 * A process of one service, which isn't watched yet.
 * @param port 0: any port
 */
export function spawnAzurite(
  service: StorageService,
  port: number,
  storage: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(
    process.execPath,
    [
      // Module specifiers: Node reads a path as a URL, in which `#`, `%` and a Windows drive letter have
      // another meaning.
      ...preloads.flatMap(({ href }) => ['--import', href]),
      join(azuriteFolder(), 'dist', 'src', service, 'main.js'),
      `--${service}Host`,
      '127.0.0.1',
      `--${service}Port`,
      String(port),
      '--silent',
      '--disableTelemetry',
      // The storage SDKs use new API versions before Azurite knows them.
      '--skipApiVersionCheck',
      ...storage,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A separate process group: Ctrl-C in a terminal reaches only us, so that storage stops last.
      detached: true,
      env: { ...process.env, AZURITE_ACCOUNTS: '', NODE_OPTIONS: '', ...env },
    },
  );
}

/**
 * What a process said about its end, as part of a sentence: its last line about an error, else its last line.
 */
function lastWord(lines: readonly string[]): string {
  const line = lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1);
  return line === undefined ? 'it printed nothing' : `it printed: ${line.trim().replace(/\.$/, '')}`;
}

/** Azurite exports no path of its own, and npm may install it in this workspace or in the root. */
function azuriteFolder(): string {
  const paths = createRequire(import.meta.url).resolve.paths('azurite') ?? [];
  const folder = paths.map((path) => join(path, 'azurite')).find((path) => existsSync(join(path, 'package.json')));
  if (folder === undefined) throw new Error('The npm package azurite is not installed: run `npm ci`.');
  return folder;
}

function keepLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  const keep = (text: string): void => {
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    lines.splice(0, Math.max(0, lines.length - keptLines));
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  return lines;
}

/** Azurite prints a line once it listens. A port that answers could belong to another process. */
async function listening(child: ChildProcess, exited: Promise<void>, lines: readonly string[]): Promise<void> {
  const guard = AbortSignal.timeout(startGuardMs);
  const gone = exited.then(() => {
    throw new Error('its process ended');
  });
  gone.catch(() => undefined);
  while (!lines.some((line) => /success/.test(line))) {
    if (child.stdout === null) throw new Error('its process has no output');
    await Promise.race([once(child.stdout, 'data', { signal: guard }), gone]);
  }
}

/**
 * Uses SIGINT, because Azurite's table service writes its file only on SIGINT and dies at once on SIGTERM.
 */
async function stopProcess(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const guard = setTimeout(() => child.kill('SIGKILL'), stopGuardMs);
  await exited;
  clearTimeout(guard);
}
