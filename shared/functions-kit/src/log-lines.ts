import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';

/** The part of an invocation that takes log lines, each at its level. */
type InvocationLog = Pick<InvocationContext, 'debug' | 'info' | 'warn' | 'error'>;

/** The invocation that is under way. Its log is removed when it ends, because the host drops later lines. */
const invocations = new AsyncLocalStorage<{ log: InvocationLog | undefined }>();

/** Runs an invocation's work. Until the work ends, its lines go through the invocation's own log. */
export async function inInvocation<Value>(log: InvocationLog, work: () => Value): Promise<Awaited<Value>> {
  const current: { log: InvocationLog | undefined } = { log };
  try {
    return await invocations.run(current, work);
  } finally {
    current.log = undefined;
  }
}

/** The numbers of pino's levels. */
const [INFO, WARN, ERROR] = [30, 40, 50];

/**
 * Takes pino's lines to the Functions host, which learns a level in two ways. In an invocation it is told by
 * the invocation's log. Outside of one the host reads the worker's output. All of standard output is
 * information to it. On standard error a line that contains "warn" is a warning, and one with "error" an
 * error. Those are the level names in our lines.
 */
export const logLines = {
  // With this symbol, pino passes the level of each line beside the line.
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
