import { setGlobalProxyFromEnv } from 'node:http';
import { constants } from 'node:os';
import { keepLoopbackDirect } from '@tally/contracts';
import { StartError, UsageError } from './start-error.ts';

/** The user has pressed Ctrl-C, or the command was ended in another way. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.signal = signal;
  }
}

/** npm and a terminal may each pass on the same Ctrl-C. A later one counts as a second Ctrl-C. */
const sameInterruptMs = 1_000;

/**
 * Runs a command and ends the process with its exit code. The first Ctrl-C (or SIGTERM, SIGHUP) fires the
 * signal that the command gets, so that it can stop what it has started. A second one ends the command at
 * once. Exit codes other than the command's own: 1 it failed, 2 it was called wrongly, 128 + n it was ended
 * by signal n.
 */
export async function runCommand(command: (signal: AbortSignal) => Promise<number>): Promise<never> {
  useProxies();
  const interrupt = new AbortController();
  let interruptedAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const now = Date.now();
      if (interruptedAt !== undefined && now - interruptedAt > sameInterruptMs) process.exit(exitCodeOf(name));
      interruptedAt ??= now;
      interrupt.abort(new Interrupted(name));
    });
  }
  // The reader of the output has gone. What was started must be stopped anyway.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    process.exit(await command(interrupt.signal));
  } catch (error) {
    process.exit(explain(isOfInterrupt(error, interrupt.signal) ? interrupt.signal.reason : error));
  }
}

/**
 * A system in the cloud is reached through the proxy of the environment. A system on this machine never is.
 */
function useProxies(): void {
  keepLoopbackDirect(process.env);
  setGlobalProxyFromEnv(process.env);
}

/** Node's own functions throw an AbortError of theirs when a signal fires. */
function isOfInterrupt(error: unknown, { aborted }: AbortSignal): boolean {
  return aborted && error instanceof Error && error.name === 'AbortError';
}

function explain(error: unknown): number {
  if (error instanceof Interrupted) return exitCodeOf(error.signal);
  if (error instanceof UsageError || error instanceof StartError) {
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
  console.error(error);
  return 1;
}

/** The shell's convention for a command that a signal has ended. */
function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
