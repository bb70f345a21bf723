/** One segment of a route template. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' | 'optional' | 'catchAll'; readonly name: string };

/**
 * A route template such as `runs/{id}/items/{index:int?}`. Literals ignore case. A constraint after a colon
 * is ignored, so `{index:int}` accepts any text here.
 */
export class HttpRoute {
  readonly #segments: readonly Segment[];

  constructor(template: string) {
    this.#segments = template
      .split('/')
      .filter((segment) => segment !== '')
      .map(parseSegment);
  }

  /**
   * @param path of the request, decoded
   * @returns the parameters, or undefined if the path doesn't match this route
   */
  match(path: string): Record<string, string> | undefined {
    const texts = segmentsOf(path);
    const params: Record<string, string> = {};
    for (const [index, segment] of this.#segments.entries()) {
      const text = texts[index];
      // rule 21: a segment is never empty.
      if (text === '') return undefined;
      if (segment.kind === 'catchAll') {
        if (text !== undefined)
          params[segment.name] = `${texts.slice(index).join('/')}${path.endsWith('/') ? '/' : ''}`;
        return params;
      }
      if (text === undefined) {
        if (segment.kind !== 'optional') return undefined;
      } else if (segment.kind === 'literal') {
        if (segment.text.toLowerCase() !== text.toLowerCase()) return undefined;
      } else {
        params[segment.name] = text;
      }
    }
    return texts.length <= this.#segments.length ? params : undefined;
  }
}

/** The segments of a path. One slash at its end is ignored (rule 21). */
function segmentsOf(path: string): readonly string[] {
  const inner = path.slice(path.startsWith('/') ? 1 : 0, path.endsWith('/') ? -1 : undefined);
  return inner === '' && path.length < 2 ? [] : inner.split('/');
}

function parseSegment(text: string): Segment {
  const groups = /^\{(?<stars>\*{0,2})(?<name>[^:?=*]+)(?::[^?]*)?(?<optional>\?)?\}$/.exec(text)?.groups;
  const { name, stars, optional } = groups ?? {};
  if (name === undefined) return { kind: 'literal', text };
  if (stars !== '') return { kind: 'catchAll', name };
  return { kind: optional === '?' ? 'optional' : 'parameter', name };
}
