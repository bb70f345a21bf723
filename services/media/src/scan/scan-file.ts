import { allBytes, type BlobAddress, type BlobFacts, type BlobStore, containers, isBlobName } from '@tally/blobs';
import { type BlobRef, type Blobs, FatalError, FatalRunError, type Handler, RetryAfterError } from '@tally/chain';
import { INFECTED, type MediaInput, type Scanned } from '@tally/chains';
import { downloadStream, FetchError } from '@tally/guarded-fetch';
import { HEAD_BYTES, mediaTypeOf } from '../files/media-types.ts';
import { orMissing, tooLarge } from '../files/read-blob.ts';
import type { MediaSettings } from '../settings.ts';
import { scanByClamd } from './clamd.ts';
import { holdsEicar } from './eicar.ts';

/** A download may take most of a try's four minutes. The scan itself takes seconds. */
const DOWNLOAD_MS = 150_000;

type ScanSettings = Pick<MediaSettings, 'clamd' | 'maxBytes' | 'allowHosts'>;

/**
 * Scans a file for viruses and determines its type. The file was uploaded, or is first downloaded into a file
 * of the run. It uses clamd if there is one; otherwise it only looks for EICAR's test signature. The result
 * says which.
 */
export function scanFile(store: BlobStore, settings: ScanSettings): Handler<MediaInput, Scanned> {
  return async ({ input, blobs, signal, log }) => {
    const file = 'url' in input ? await takeIn(input.url, blobs, settings, signal) : uploaded(input.blob);
    const facts = await orMissing(() => store.head(file));
    if (facts.bytes > settings.maxBytes) throw tooLarge(facts.bytes, settings.maxBytes);
    if (facts.bytes === 0) throw new FatalError('NotMedia', 'the file is empty');
    const by = await rejectInfected(store, file, facts, settings, signal);
    const head = await allBytes(await store.get(file, { length: HEAD_BYTES, etag: facts.etag, signal }));
    const type = await mediaTypeOf(head);
    log.info({ type, by, bytes: facts.bytes }, 'the file has no known virus');
    const { container, name } = file;
    return { file: { container, name, bytes: facts.bytes }, etag: facts.etag, type, by };
  };
}

/** @throws FatalRunError Infected */
async function rejectInfected(
  store: BlobStore,
  file: BlobAddress,
  { etag }: BlobFacts,
  { clamd }: ScanSettings,
  signal: AbortSignal,
): Promise<Scanned['by']> {
  const body = await store.get(file, { etag, signal });
  if (clamd === undefined) {
    if (await holdsEicar(body)) throw new FatalRunError(INFECTED, "the file has EICAR's test signature");
    return 'eicar';
  }
  const viruses = await scanByClamd(clamd, body, signal);
  if (viruses.length > 0) throw new FatalRunError(INFECTED, `clamd found ${viruses.join(', ')} in the file`);
  return 'clamd';
}

function uploaded(name: string): BlobAddress {
  if (!isBlobName(name)) throw new FatalError('InvalidName', 'the name of the upload is not a valid blob name');
  return { container: containers.uploads, name };
}

async function takeIn(
  url: string,
  blobs: Blobs,
  { maxBytes, allowHosts }: ScanSettings,
  signal: AbortSignal,
): Promise<BlobRef> {
  const rules = { allowHosts, timeoutMs: DOWNLOAD_MS, maxBytes, accept: 'video/*, audio/*, */*;q=0.1' };
  try {
    const { body } = await downloadStream(url, { ...rules, userAgent: 'tally-media' }, signal);
    return await blobs.put('source', body, 'application/octet-stream');
  } catch (error) {
    throw error instanceof FetchError ? downloadFailure(error) : error;
  }
}

function downloadFailure(error: FetchError): Error {
  const { code, message, retryAfterSeconds, mayPass } = error;
  const options = { cause: error };
  if (!mayPass) return new FatalError(code === 'TooBig' ? 'FileTooLarge' : 'InvalidUrl', message, options);
  if (retryAfterSeconds === undefined || retryAfterSeconds === 0) return new Error(`${code}: ${message}`, options);
  return new RetryAfterError(code, message, `${retryAfterSeconds}s`, options);
}
