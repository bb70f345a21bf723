/** One segment of a route template. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' | 'optional' | 'catchAll'; readonly name: string };

/** More specific first, as ASP.NET orders routes: `runs/all`, `runs/{id}`, `runs`, `runs/{id?}`, `runs/{*rest}`. */
const order = ['literal', 'parameter', 'end', 'optional', 'catchAll'] as const;

/**
 * A route template such as `runs/{id}/items/{index:int?}`. Literals ignore case; a constraint after a colon is read over,
 * so `{index:int}` takes any text here.
 */
export class HttpRoute {
  readonly #segments: readonly Segment[];

  constructor(template: string) {
    this.#segments = split(template).map(parseSegment);
  }

  /**
   * @param path of the request, percent-encoded, without query
   * @returns the decoded parameters, or undefined if the path isn't of this route
   */
  match(path: string): Record<string, string> | undefined {
    const texts = decodeSegments(path);
    if (texts === undefined) return undefined;
    const params: Record<string, string> = {};
    for (const [index, segment] of this.#segments.entries()) {
      const text = texts[index];
      if (segment.kind === 'catchAll') {
        if (text !== undefined) params[segment.name] = texts.slice(index).join('/');
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

  /** Negative if this route is more specific than the other and is to be asked first. */
  compare(other: HttpRoute): number {
    for (let index = 0; index < Math.max(this.#segments.length, other.#segments.length); index++) {
      const difference = rank(this.#segments[index]) - rank(other.#segments[index]);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

function rank(segment: Segment | undefined): number {
  return order.indexOf(segment?.kind ?? 'end');
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return split(path).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function parseSegment(text: string): Segment {
  const groups = /^\{(?<stars>\*{0,2})(?<name>[^:?=*]+)(?::[^?]*)?(?<optional>\?)?\}$/.exec(text)?.groups;
  const { name, stars, optional } = groups ?? {};
  if (name === undefined) return { kind: 'literal', text };
  if (stars !== '') return { kind: 'catchAll', name };
  return { kind: optional === '?' ? 'optional' : 'parameter', name };
}
