/** The period of the timers while a run lives. */
export const PASS_MS = 30_000;
/** What a process may take to answer that it runs its timer. */
const ANSWER_MS = 2_000;

/**
 * Runs the watchdog and the purge of each process, as its clock would. A process that is being killed or is
 * frozen doesn't answer. The next pass reaches it.
 * @param urls of the processes of the aggregate app
 */
export async function runTimers(urls: readonly string[]): Promise<void> {
  const run = async (url: string, name: 'watchdog' | 'purge') => {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(ANSWER_MS);
    await fetch(`${url}/admin/functions/${name}`, { method: 'POST', headers, body: '{"input":""}', signal });
  };
  await Promise.allSettled(urls.flatMap((url) => [run(url, 'watchdog'), run(url, 'purge')]));
}
