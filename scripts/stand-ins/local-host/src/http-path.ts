/** How the official host treats a request's path: rules 20 and 21. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Path and query of a request line, as the caller wrote them. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark) };
}

/**
 * rule 20: the path, decoded once and without dot segments.
 * @returns undefined if the path holds a NUL, which the host refuses
 */
export function decodePath(path: string): string | undefined {
  const decoded = path.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeEscapes);
  return decoded.includes('\0') ? undefined : withoutDotSegments(decoded);
}

/** The path as the host writes it into the URL of a request. Existing escapes stay unchanged. */
export function encodePath(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}|[^A-Za-z0-9\-_.~!$&'()*+,;=:@/]/giu, (part) =>
    part.length > 1 && part.startsWith('%') ? part : encodeURIComponent(part),
  );
}

/** Decodes consecutive escapes. Those that form UTF-8 become text, except the slash. The others stay. */
function decodeEscapes(escapes: string): string {
  const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
  let text = '';
  for (let place = 0; place < bytes.length; ) {
    const length = sequenceLength(bytes[place] ?? 0);
    const char = decodeOne(bytes.subarray(place, place + length));
    const taken = char === undefined || char === '/' ? 1 : length;
    text += taken === length && char !== undefined && char !== '/' ? char : escapes.slice(place * 3, place * 3 + 3);
    place += taken;
  }
  return text;
}

/** Length in bytes of the UTF-8 sequence that this byte starts; 1 if it can't start one. */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

function decodeOne(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..' && kept.length > 1) kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return kept.join('/');
}
