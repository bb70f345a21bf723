import type { ServiceSettings } from '../service-settings.ts';
import type { ChainFacts, Resource, Snapshot } from '../snapshot.ts';

/** The facts against which the policies check a snapshot. */
export interface Facts {
  readonly chains: ChainFacts;
  readonly services: ReadonlyMap<string, ServiceSettings>;
}

/** A rule that every deployment keeps. */
export interface Policy {
  /** A sentence that is true when the rule is kept. */
  readonly says: string;
  /** Each breach, naming the resource. */
  readonly check: (snapshot: Snapshot, facts: Facts) => string[];
}

/** Returns `name: path is x, must be y` for each resource whose value is not the wanted one. */
export function mustBe(
  resources: readonly Resource[],
  read: (resource: Resource) => unknown,
  wanted: string | number | boolean,
  what: string,
): string[] {
  return resources
    .filter((resource) => read(resource) !== wanted)
    .map((resource) => `${resource.name}: ${what} is ${JSON.stringify(read(resource))}, must be ${wanted}`);
}

/** Names that are in one list only. */
export function difference(has: readonly string[], wants: readonly string[], what: string): string[] {
  return [
    ...wants.filter((name) => !has.includes(name)).map((name) => `${what} ${name} is missing`),
    ...has.filter((name) => !wants.includes(name)).map((name) => `no declaration has the ${what} ${name}`),
  ];
}
