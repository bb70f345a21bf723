import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '@tally/local-host';

const LOOK_MS = 25;

/**
 * Sends SIGKILL to the process in which the host's functions run.
 * @returns the process id of the next one, which is ready
 */
export async function replaceWorker(host: HostProcess): Promise<number> {
  const victim = await host.workerPid();
  if (victim === undefined || victim === host.pid) throw new Error(`${host.app} has no worker apart from its host`);
  process.kill(victim, 'SIGKILL');
  for (;;) {
    await sleep(LOOK_MS);
    const next = await host.workerPid();
    if (next !== undefined && next !== victim) return next;
  }
}
