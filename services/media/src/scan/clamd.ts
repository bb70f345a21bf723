import { Readable } from 'node:stream';
import { FatalError } from '@tally/chain';
import NodeClam from 'clamscan';

export interface ClamdPlace {
  readonly host: string;
  readonly port: number;
}

/** Maximum time of silence. A scan of the largest files takes clamd well under a minute. */
const SILENCE_MS = 120_000;

/**
 * Lets a clamd scan a stream.
 * @returns the names of the viruses; empty: it found none
 * @throws Error when no answer says that the file is clean: unreachable, broken off, out of time. FatalError
 * TooLargeToScan beyond clamd's own limit
 */
export async function scanByClamd(
  { host, port }: ClamdPlace,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const scanner = await new NodeClam().init({
    // Only over TCP: no program of this machine is looked for or run.
    clamscan: { active: false, path: '' },
    clamdscan: { active: true, host, port, path: '', timeout: SILENCE_MS, localFallback: false, bypassTest: true },
  });
  const stream = Readable.from(body, { objectMode: false });
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    // Null when the answer isn't a known one. The library's types leave that out.
    const verdict: { isInfected: boolean | null; viruses: string[] } = await Promise.race([
      scanner.scanStream(stream),
      stopped,
    ]);
    const { isInfected, viruses } = verdict;
    if (isInfected === false) return [];
    if (isInfected === true) return viruses.length === 0 ? ['unnamed'] : viruses;
    throw new Error('it gave no verdict');
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message.trim() : String(error);
    if (/size limit exceeded/i.test(reason)) {
      const message =
        "the file is larger than clamd accepts: raise clamd's StreamMaxLength or lower TALLY_MEDIA_MAX_MB";
      throw new FatalError('TooLargeToScan', message, { cause: error });
    }
    // Beyond its limit clamd answers and hangs up at once. Its answer may then be lost behind data that was
    // still being sent to it.
    const hint = /EPIPE|ECONNRESET/.test(reason) ? '; it hangs up on files beyond its StreamMaxLength' : '';
    throw new Error(`clamd at ${host}:${port} did not scan the file: ${reason}${hint}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}
