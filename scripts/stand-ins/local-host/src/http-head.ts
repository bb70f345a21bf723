import type { IncomingMessage } from 'node:http';

/** The limits of the official host's web server. Each counts the line ends. */
const LINE_MAX_BYTES = 8_192;
const HEADERS_MAX_BYTES = 32_768;
const HEADERS_MAX = 100;

/** The size of the head that a server must accept, so that it is these rules that refuse a request. */
export const HEAD_MAX_BYTES = LINE_MAX_BYTES + HEADERS_MAX_BYTES;

/**
 * The status that refuses a request with a too long first line or too long headers (rule 26). One byte is one
 * character here.
 */
export function headRefusal({
  method = '',
  url = '',
  rawHeaders,
}: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): 414 | 431 | undefined {
  if (`${method} ${url} HTTP/1.1\r\n`.length > LINE_MAX_BYTES) return 414;
  const count = rawHeaders.length / 2;
  // Each name is followed by a colon and a space, each value by a line end.
  const bytes = rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
  return count > HEADERS_MAX || bytes > HEADERS_MAX_BYTES ? 431 : undefined;
}
