import { withoutSecretsInJson } from '@tally/contracts';
import { type Logger, pino, stdSerializers } from 'pino';
import { logLines } from './log-lines.ts';
import { currentScope } from './trace-scope.ts';

export type { Logger } from 'pino';

/**
 * The app's log: a line of JSON for each event, which reaches the Functions host, and the local one, at its
 * own level. Secrets are cut out by name, and out of URLs, should one ever get in; URLs of images aren't
 * logged, their query may hold a signature.
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
      // A line outside of an invocation is known by this word ({@link logLines}).
      formatters: { level: (level) => ({ level }) },
      serializers: { error: stdSerializers.err },
      hooks: { streamWrite: (line) => cut(withoutSecretsInJson(line)) },
    },
    logLines,
  );
}
