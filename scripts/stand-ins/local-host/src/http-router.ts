import type { HttpFunction } from './function-registry.ts';
import { HttpRoute } from './http-route.ts';

/** The properties of a function that decide about its requests. */
export type Routable = Pick<HttpFunction, 'name' | 'trigger'>;

/** Finds the function that answers a request (rule 19). */
export class HttpRouter<Routed extends Routable> {
  readonly #routes: readonly { readonly fn: Routed; readonly route: HttpRoute }[];

  /** @param routePrefix host.json's extensions.http.routePrefix; may be empty */
  constructor(functions: readonly Routed[], routePrefix: string) {
    this.#routes = functions
      .toSorted((a, b) => compareNames(a.name, b.name))
      .map((fn) => ({ fn, route: new HttpRoute(routeTemplate(fn, routePrefix)) }));
  }

  /** @param path decoded */
  find(method: string, path: string): { readonly fn: Routed; readonly params: Record<string, string> } | undefined {
    for (const { fn, route } of this.#routes) {
      const params = fn.trigger.methods.includes(method) ? route.match(path) : undefined;
      if (params !== undefined) return { fn, params };
    }
    return undefined;
  }
}

/** Path below the root at which a function answers. */
export function routeTemplate({ name, trigger }: Routable, routePrefix: string): string {
  return `${routePrefix}/${trigger.route ?? name}`.replace(/^\/+/, '');
}

/**
 * Compares by the codes of the upper-case letters, so that "-" comes before digits, and digits before
 * letters.
 */
function compareNames(left: string, right: string): number {
  const [a, b] = [left.toUpperCase(), right.toUpperCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
