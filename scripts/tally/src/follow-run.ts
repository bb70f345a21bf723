import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@tally/contracts';
import { StartError } from '@tally/start';
import { type RunStatusBody, readStatus, type StartedRun, UnreachableError } from './run-client.ts';

/** A person watches, on the same machine: the status is a read or two. The API's own Retry-After is for programs far away. */
const pollMs = 300;
/** An app that has ended by itself is back by then. */
const patienceMs = 30_000;

/**
 * Watches a run until it has ended.
 * @param onStatus gets every status that was read
 * @param signal breaks the watching off; its reason is thrown
 * @throws StartError when the API doesn't answer any more
 */
export async function followRun(
  run: StartedRun,
  onStatus: (status: RunStatusBody) => void,
  signal: AbortSignal,
): Promise<RunStatusBody> {
  let answeredAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    try {
      const status = await readStatus(run);
      answeredAt = Date.now();
      onStatus(status);
      if (isTerminal(status.runtimeStatus)) return status;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (Date.now() - answeredAt > patienceMs) throw gone(run, error);
    }
    await pause(signal);
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(pollMs, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

function gone(run: StartedRun, cause: UnreachableError): StartError {
  return new StartError(
    `${cause.message}. Run ${run.id} isn't lost: it goes on when the system is started again; look at ${run.statusQueryGetUri}`,
    { cause },
  );
}
