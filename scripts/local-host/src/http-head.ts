import type { IncomingMessage } from 'node:http';

/** Of the official host's web server, each with its line ends. */
const LINE_MAX_BYTES = 8_192;
const HEADERS_MAX_BYTES = 32_768;
const HEADERS_MAX = 100;

/** What a server must let through so that these rules are what refuses. */
export const HEAD_MAX_BYTES = LINE_MAX_BYTES + HEADERS_MAX_BYTES;

/** The status by which a request is refused whose first line or headers are too long (rule 26). A byte is a character here. */
export function headRefusal({
  method = '',
  url = '',
  rawHeaders,
}: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): 414 | 431 | undefined {
  if (`${method} ${url} HTTP/1.1\r\n`.length > LINE_MAX_BYTES) return 414;
  const count = rawHeaders.length / 2;
  // A colon and a space, or the end of a line, behind each name and value.
  const bytes = rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
  return count > HEADERS_MAX || bytes > HEADERS_MAX_BYTES ? 431 : undefined;
}
