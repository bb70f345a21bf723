import { withoutSecretsInJson } from '@tally/contracts';
import { destination, type Logger, pino, stdSerializers } from 'pino';
import { currentScope } from './trace-scope.ts';

export type { Logger } from 'pino';

/**
 * The app's log: a line of JSON for each event, on standard output, where the Functions host and the local
 * host collect it. Secrets are cut out by name, and out of URLs, should one ever get in; URLs of images
 * aren't logged, their query may hold a signature.
 * @param cut takes the app's own secrets out of a line
 */
export function createLog(service: string, level: string, cut: (line: string) => string): Logger {
  return pino(
    {
      level,
      base: { service },
      redact: {
        paths: ['key', 'connectionString', 'authorization', '*.key', '*.connectionString', '*.authorization'],
        censor: '[cut]',
      },
      // Which run, stage, item and try the line is about, and of which trace it is.
      mixin: () => ({ ...currentScope()?.about }),
      serializers: { error: stdSerializers.err },
      hooks: { streamWrite: (line) => cut(withoutSecretsInJson(line)) },
    },
    destination({ fd: 1, sync: true }),
  );
}
