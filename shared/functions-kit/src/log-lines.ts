import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';

/** What of an invocation takes lines, each at its level. */
type InvocationLog = Pick<InvocationContext, 'debug' | 'info' | 'warn' | 'error'>;

/** The invocation that is under way; without its log when it has ended, since the host drops what comes after that. */
const invocations = new AsyncLocalStorage<{ log: InvocationLog | undefined }>();

/** Does an invocation's work: until it ends, lines that are logged in it go through its own log. */
export async function inInvocation<Value>(log: InvocationLog, work: () => Value): Promise<Awaited<Value>> {
  const current: { log: InvocationLog | undefined } = { log };
  try {
    return await invocations.run(current, work);
  } finally {
    current.log = undefined;
  }
}

/** The values of pino's levels. */
const [INFO, WARN, ERROR] = [30, 40, 50];

/**
 * Takes pino's lines to the Functions host, which has two ways to be told a level. In an invocation it is the
 * invocation's log. Outside of one the host reads the worker's output: all of standard output is information to
 * it, and of standard error a line that holds the word "warn" is a warning, one with "error" an error, which
 * are the names that our lines give their levels.
 */
export const logLines = {
  // By this pino tells the level of each line beside the line.
  [Symbol.for('pino.metadata')]: true,
  lastLevel: INFO,
  write(line: string): void {
    const level = this.lastLevel;
    const log = invocations.getStore()?.log;
    if (log === undefined) (level >= WARN ? process.stderr : process.stdout).write(line);
    else writeTo(log, level, line.trimEnd());
  },
};

function writeTo(log: InvocationLog, level: number, line: string): void {
  if (level >= ERROR) log.error(line);
  else if (level >= WARN) log.warn(line);
  else if (level >= INFO) log.info(line);
  else log.debug(line);
}
