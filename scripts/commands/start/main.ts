/**
 * `npm start`: runs a complete Tally on this machine until Ctrl-C. Exit code 0 after Ctrl-C, 1 if something
 * is wrong (the message says what, and how to fix it), 2 for a wrong command line.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { defaultChains } from './src/app-names.ts';
import { runCommand } from './src/command.ts';
import { formatLogLine } from './src/log-lines.ts';
import { servePhotos } from './src/photo-server.ts';
import { readyText } from './src/ready-text.ts';
import { root } from './src/repository.ts';
import { announceSystem } from './src/running-systems.ts';
import { samplePhotos } from './src/sample-photos.ts';
import { StartError } from './src/start-error.ts';
import { readStartSettings, type StartArguments, type StartSettings } from './src/start-settings.ts';
import { type System, startSystem } from './src/system.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const isColoured = process.stdout.isTTY && process.stdout.hasColors();

await runCommand(async (signal) => {
  const settings = readSettings();
  const system = await startSystem({
    port: settings.port,
    storage:
      settings.storage === undefined
        ? { kind: 'local', dataFolder: settings.dataFolder, ports: 'emulator' }
        : { kind: 'given', connectionString: settings.storage },
    face: withPhotoPorts(settings),
    chains: settings.chains,
    mailFolder: join(settings.dataFolder, 'mails'),
    env: { all: settings.env },
    onLine: (label, line) => say(formatLogLine(label, line, isColoured)),
    onNotice: say,
    signal,
  });
  try {
    await serve(system, settings, signal);
  } finally {
    say('Stopping after the running work …');
    await system.stop();
  }
  say(settings.storage === undefined ? `Stopped. The data stay in ${settings.dataFolder}.` : 'Stopped.');
  return 0;
});

/** Runs that are kept in the data folder name photos on these ports. */
function withPhotoPorts({ face, storage, dataFolder }: StartSettings): StartSettings['face'] {
  if (face.kind !== 'local' || storage !== undefined) return face;
  return { ...face, photoPortsFile: join(dataFolder, 'photo-ports.json') };
}

function readSettings(): StartSettings {
  const program = new Command('npm start --')
    .description('Runs a whole Tally on this machine until Ctrl-C.')
    .option('--port <number>', 'port of the API on 127.0.0.1; 0: any free one (TALLY_PORT; default 7071)')
    .option('--data <folder>', 'where the data lie (TALLY_DATA; default .tally/data)')
    .option(
      '--face <url>',
      'a Face endpoint to use instead of our own face service (FACE_ENDPOINT, its key in FACE_KEY)',
    )
    .option('--storage-file <file>', 'a file with the connection string of a storage to use instead of our own Azurite')
    .option(
      '--storage <connection string>',
      'the same on the command line, which every user of this machine can read; for a secret use --storage-file or the variable TallyStorage',
    )
    .option(
      '--chains <names>',
      `chains whose apps are started, with commas between, or all; each further app takes some 130 MB (TALLY_CHAINS; default ${defaultChains.join()})`,
    )
    .option(
      '--allow-host <name>',
      'a name by which the API may be called, besides localhost; may be given several times (TALLY_HOST_ALLOW_HOSTS)',
      (name: string, before?: string) => (before === undefined ? name : `${before},${name}`),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  // npm runs commands in the repository's folder. This variable holds the folder from which it was called.
  const folder = process.env['INIT_CWD'] ?? process.cwd();
  return readStartSettings(program.opts<StartArguments>(), process.env, folder, join(root, '.tally', 'data'));
}

/** Runs until Ctrl-C. @throws Error when the system can't go on */
async function serve(system: System, settings: StartSettings, signal: AbortSignal): Promise<void> {
  const { face, baseUrl, connectionString, mailFolder } = system;
  const photoPorts = face.kind === 'local' ? face.photoPorts : [];
  const samples =
    face.kind === 'local' ? await servePhotos({ files: samplePhotos(), ports: photoPorts, prefix: 'samples' }) : null;
  const announced = announceSystem({
    pid: process.pid,
    baseUrl,
    startedAt: new Date().toISOString(),
    photoPorts: [...photoPorts],
    mailFolder,
    chains: [...settings.chains],
    storage: settings.storage === undefined ? connectionString : undefined,
  });
  try {
    const dataFolder = settings.storage === undefined ? settings.dataFolder : null;
    const photoUrl = samples?.urls[0] ?? 'https://example.com/photo.jpg';
    say(readyText({ baseUrl, connectionString, dataFolder, face, mailFolder, photoUrl, chains: settings.chains }));
    const interrupted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    const failure = await Promise.race([system.failed, interrupted]);
    if (failure !== null) throw new StartError(failure.message, { cause: failure });
  } finally {
    announced.withdraw();
    await samples?.close();
  }
}
