/**
 * `node scripts/stand-ins/local-host/main.ts --app out/detect [--port 7072] [--host 127.0.0.1]
 * [--env-file .env] [--exit-with-parent]`:
 * runs one built Functions app in this process until it is told to stop.
 *
 * On SIGTERM or SIGINT it stops in good order, with exit code 0. On a second signal it stops at once. If the
 * host can't start or continue, it prints one message and exits with code 1. With --exit-with-parent the end
 * of standard input counts as SIGTERM, so that no host outlives the process that started it.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keepLoopbackDirect } from '@tally/contracts';
import { complain } from './src/complain.ts';
import { type Host, startHost } from './src/host.ts';
import { HostError } from './src/host-error.ts';
import { readyPrefix } from './src/host-process.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
// The reader of the log has gone. That is no reason to die while a message is being processed.
process.stdout.on('error', () => undefined);
// Stack traces then name the TypeScript lines from which a bundle was made.
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
    throw new HostError(`--port ${port} is not a port number: 0 (any free one) to 65535.`);
  }
  // Variables that the environment sets already take precedence over the file.
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
