import type { WrittenCall } from '../data/call.ts';
import { hasKey } from '../data/session.ts';

/** A call to paste into a shell. It doesn't contain the key itself. */
export function curlOf({ method, path, body }: WrittenCall, origin = location.origin): string {
  const key = hasKey.value ? ' -H "x-functions-key: $TALLY_KEY"' : '';
  const sent = body === undefined ? '' : ` -H 'content-type: application/json' -d ${quoted(body)}`;
  // Tally needs the length of a body, even if there is none.
  const empty = body === undefined && method !== 'GET' ? " -d ''" : '';
  return `curl -X ${method} ${quoted(origin + path)}${key}${sent}${empty}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
