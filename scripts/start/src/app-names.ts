import { OWN_APPS, registry } from '@tally/chains';

/** An app of the registry, intake, aggregate or `face`. */
export type AppName = string;

/** Every chain that may be started. */
export const chainNames: readonly string[] = [...new Set(registry.chains.map(({ name }) => name))];

/** What is started where nothing is said: each further app takes a good hundred megabytes, and its part of two cores while it starts. */
export const defaultChains: readonly string[] = [registry.defaultChain.name];

/** Calls the Face endpoint. */
const FACE_APPS = new Set(['detect']);
/** Sends mails. */
const MAIL_APPS = new Set(['orders']);

/** The apps that chains need. The first of `own` answers the API. */
export interface ChainApps {
  readonly own: typeof OWN_APPS;
  /** Those that host nodes of the chains. */
  readonly workers: readonly AppName[];
  readonly needFaces: boolean;
  readonly needMails: boolean;
}

/** @param chains names; others than those in the registry need nothing */
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
