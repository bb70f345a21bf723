import { errorText } from './error-text.ts';
import { HostError } from './host-error.ts';

/** Prints why the process can't start or continue. Only an unexpected error is printed with a stack. */
export function complain(error: unknown): void {
  process.stderr.write(`tally-host: ${error instanceof HostError ? error.message : errorText(error)}\n`);
}
