/**
 * `node scripts/local-host/main.ts --app out/detect [--port 7072] [--host 127.0.0.1] [--env-file .env] [--exit-with-parent]`:
 * runs one built Functions app in this process until it is told to stop.
 *
 * SIGTERM or SIGINT: stop in good order, exit code 0. A second one: stop at once. Exit code 1 with one message if the host can't
 * start or go on. With --exit-with-parent the end of standard input counts as SIGTERM, so that no host outlives who started it.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keepLoopbackDirect } from '@tally/contracts';
import { complain } from './src/complain.ts';
import { type Host, startHost } from './src/host.ts';
import { HostError } from './src/host-error.ts';
import { readyPrefix } from './src/host-process.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
// Whoever read the log has gone; that is no reason to die in the middle of a message.
process.stdout.on('error', () => undefined);
// Stack traces name the TypeScript lines that a bundle was made of.
process.setSourceMapsEnabled(true);

let host: Host | undefined;
let ending = false;

try {
  const options = readArguments();
  onStopSignal(() => void end(0));
  keepLoopbackDirect(process.env);
  host = await startHost({ ...options, env: process.env, print });
  process.on('uncaughtException', (error) => {
    host?.crash(error);
    void end(1);
  });
  void host.failed.then((error) => {
    complain(error);
    process.exit(1);
  });
  print(`${readyPrefix}${JSON.stringify(host.ready)}`);
} catch (error) {
  complain(error);
  process.exit(1);
}

async function end(exitCode: number): Promise<void> {
  if (ending) return;
  ending = true;
  await host?.stop();
  process.exit(exitCode);
}

function onStopSignal(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      stop();
    });
  }
  if (process.argv.includes('--exit-with-parent')) process.stdin.on('end', stop).resume();
}

function readArguments() {
  const { app, port, host: hostname, 'env-file': envFile } = parse();
  if (app === undefined) throw new HostError('Which app? --app out/<service>, a folder made by npm run build.');
  const portNumber = Number(port);
  if (!Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65_535) {
    throw new HostError(`--port ${port} is no port number: 0 (any free one) to 65535.`);
  }
  // What the environment says already wins over the file.
  if (envFile !== undefined) process.loadEnvFile(envFile);
  return { appDir: resolve(app), hostname, port: portNumber };
}

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        app: { type: 'string' },
        port: { type: 'string', default: '7071' },
        host: { type: 'string', default: '127.0.0.1' },
        'env-file': { type: 'string' },
        'exit-with-parent': { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new HostError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
