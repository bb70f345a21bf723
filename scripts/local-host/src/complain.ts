import { errorText } from './error-text.ts';
import { HostError } from './host-error.ts';

/** Says why the process can't start or go on; with a stack only where that is a surprise. */
export function complain(error: unknown): void {
  process.stderr.write(`tally-host: ${error instanceof HostError ? error.message : errorText(error)}\n`);
}
