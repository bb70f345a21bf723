import { OWN_APPS, registry } from '@tally/chains';

/** An app of the registry, intake, aggregate or `face`. */
export type AppName = string;

/** Every chain that can be started. */
export const chainNames: readonly string[] = [...new Set(registry.chains.map(({ name }) => name))];

/**
 * The chains that are started by default. Each further app takes over a hundred megabytes, and a share of two
 * cores while it starts.
 */
export const defaultChains: readonly string[] = [registry.defaultChain.name];

/** Apps that call the Face endpoint. */
const FACE_APPS = new Set(['detect']);
/** Apps that send mails. */
const MAIL_APPS = new Set(['orders']);

/** The apps that chains need. The first of `own` answers the API. */
export interface ChainApps {
  readonly own: typeof OWN_APPS;
  /** The apps that run nodes of the chains. */
  readonly workers: readonly AppName[];
  readonly needFaces: boolean;
  readonly needMails: boolean;
}

/** @param chains names; a name that isn't in the registry needs nothing */
export function appsOf(chains: readonly string[]): ChainApps {
  const workers = registry.apps
    .filter(({ queues }) => queues.some(({ chain }) => chains.includes(chain)))
    .map(({ name }) => name);
  return {
    own: OWN_APPS,
    workers,
    needFaces: workers.some((name) => FACE_APPS.has(name)),
    needMails: workers.some((name) => MAIL_APPS.has(name)),
  };
}
