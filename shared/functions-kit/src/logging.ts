import { withoutSecretsInJson } from '@tally/contracts';
import { type Logger, pino, stdSerializers } from 'pino';
import { logLines } from './log-lines.ts';
import { currentScope } from './trace-scope.ts';

export type { Logger } from 'pino';

/**
 * Creates the app's log. Each event is a line of JSON that reaches the Functions host, and the local one, at
 * its own level.
 *
 * Secrets are cut out by name, and out of URLs in case one gets in. URLs of images aren't logged, because
 * their query may hold a signature.
 * @param cut removes the app's own secrets from a line
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
      // The run, stage, item and try that the line is about, and its trace.
      mixin: () => ({ ...currentScope()?.about }),
      // This word gives the level of a line outside of an invocation ({@link logLines}).
      formatters: { level: (level) => ({ level }) },
      serializers: { error: stdSerializers.err },
      hooks: { streamWrite: (line) => cut(withoutSecretsInJson(line)) },
    },
    logLines,
  );
}
