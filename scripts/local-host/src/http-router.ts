import type { HttpFunction } from './function-registry.ts';
import { HttpRoute } from './http-route.ts';

/** What of a function decides about its requests. */
export type Routable = Pick<HttpFunction, 'name' | 'trigger'>;

/** rule 19: which function answers a request. */
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

/** By the codes of the upper-case letters, so that "-" comes before digits, and those before letters. */
function compareNames(left: string, right: string): number {
  const [a, b] = [left.toUpperCase(), right.toUpperCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
