/**
 * `node scripts/stand-ins/local-host/worker.ts <app>`: loads the app and does what the host tells it over the
 * channel between them, until the channel is closed. A host whose setting TALLY_HOST_WORKER is `apart` starts it.
 */
import { basename } from 'node:path';
import { openApp } from './src/app-runtime.ts';
import { complain } from './src/complain.ts';
import { errorText } from './src/error-text.ts';
import { readHostConfig } from './src/host-config.ts';
import { readHostSettings } from './src/host-settings.ts';
import type { TriggerInput } from './src/invocation.ts';
import { createLog, parseLogLevel } from './src/log.ts';
import { type FromWorker, toWorkerSchema } from './src/worker-messages.ts';

process.stdout.on('error', () => undefined);
process.setSourceMapsEnabled(true);
// The host has gone.
process.on('disconnect', () => process.exit(0));
// From a terminal the host gets these signals too. It stops in good order and then ends this process.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);

const [, , appDir = ''] = process.argv;
const app = await open().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
const functions = new Map(app.functions.map((fn) => [fn.name, fn]));

process.on('message', (sent) => {
  const message = toWorkerSchema.parse(sent);
  if (message.kind === 'terminate') void app.terminate().finally(() => process.exit(0));
  else void invoke(message.id, message.name, message.input);
});
tell({ kind: 'ready', functions: app.functions.map(({ name, trigger }) => ({ name, trigger })) });

async function open() {
  const config = readHostConfig(appDir, process.env);
  const { logFormat: format } = readHostSettings(process.env);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const log = createLog({ app: basename(appDir), format, minimum: parseLogLevel(config.logLevel), print });
  return await openApp({ appDir, log, timeoutMs: config.functionTimeoutMs });
}

async function invoke(id: number, name: string, input: TriggerInput): Promise<void> {
  const fn = functions.get(name);
  if (fn === undefined) return tell({ kind: 'failed', id, message: `the app has no function "${name}"` });
  const outcome = await app.invoke(fn, input);
  if (!outcome.ok) return tell({ kind: 'failed', id, message: errorText(outcome.error) });
  // For other triggers the return value is not used, and it may be of a kind that can't be sent.
  tell({ kind: 'succeeded', id, returnValue: fn.trigger.type === 'httpTrigger' ? outcome.returnValue : undefined });
}

function tell(message: FromWorker): void {
  process.send?.(message, undefined, {}, () => undefined);
}
