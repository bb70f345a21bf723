/**
 * Returns an address that may be followed or loaded: only http or https. Data of runs is a stranger's text,
 * and `javascript:` is an address too.
 */
export function safeUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 4_096) return undefined;
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}
