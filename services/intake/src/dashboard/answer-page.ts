import { knows } from '../http/etags.ts';
import type { PageFile } from './page-files.ts';

/** A request for a file of the page. */
export interface PageRequest {
  readonly method: string;
  readonly url: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly headers: { get(name: string): string | null };
}

interface PageResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

/**
 * The page runs and calls only what this app itself serves. Only pictures come from elsewhere, because the
 * page displays them. No site may frame the page, and its forms go nowhere else.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' http: https: data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const SAFETY = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

const A_YEAR_S = 31_536_000;

/**
 * `GET /api/dashboard/{*file}`: a file of the page; the page itself when no file is named. It holds no
 * secret, so it needs no key. The calls that it makes carry the key that its user has typed in.
 * @param notFound makes the error for a path without a file
 */
export function answerPage(
  files: ReadonlyMap<string, PageFile>,
  { params, headers }: PageRequest,
  notFound: () => Error,
): PageResponse {
  const file = files.get(params['file'] === undefined || params['file'] === '' ? 'index.html' : params['file']);
  if (file === undefined) throw notFound();
  const kept = {
    ...SAFETY,
    etag: file.etag,
    vary: 'accept-encoding',
    // Yesterday's page asks for yesterday's files, and checks for a new page each time.
    'cache-control': file.isHashed ? `public, max-age=${A_YEAR_S}, immutable` : 'no-cache',
  };
  if (knows(headers.get('if-none-match') ?? undefined, file.etag)) return { status: 304, headers: kept };
  const isZipped = takesGzip(headers.get('accept-encoding'));
  return {
    status: 200,
    headers: { ...kept, 'content-type': file.mediaType, ...(isZipped && { 'content-encoding': 'gzip' }) },
    body: isZipped ? file.zipped : file.bytes,
  };
}

function takesGzip(accepted: string | null): boolean {
  return (accepted ?? '').split(',').some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
