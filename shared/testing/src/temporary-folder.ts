import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new empty folder. `remove` deletes it with its contents. `await using` does so at the end of the scope.
 */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'tally-test-'));
  // A process that has just stopped may still be closing a file, so try again for a moment.
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
