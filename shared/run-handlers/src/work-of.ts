import {
  Again,
  type AnyNode,
  findNode,
  type HandlerTable,
  type RunHandler,
  type Work,
  type WorkLog,
} from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { BlobsOf, PlaceOfWork } from './work-files.ts';
import { workKey } from './work-key.ts';

/** Makes the addresses where a person or an outside system raises an event of a run. */
export type EventLinks = (
  work: Pick<PlaceOfWork, 'runId' | 'generation' | 'node' | 'since'>,
  event: string,
  payload: Json,
) => string;

export const noLinks: EventLinks = () => {
  throw new Error(
    'this app was started without TALLY_PUBLIC_URL and TALLY_LINK_KEY, by which addresses of events are made',
  );
};

/** What handlers get besides their work. */
export interface ServeParts {
  readonly log: WorkLog;
  readonly blobs: BlobsOf;
  readonly links: EventLinks;
}

/**
 * The handler and the declaration of a node, in the version that a run began with.
 * @throws Error if this app has none
 */
export function tableOf(
  tables: readonly HandlerTable[],
  { name, chainVersion }: Run,
  node: string,
): { readonly handler: RunHandler; readonly definition: AnyNode } {
  const table = tables.find(({ chain }) => chain.name === name && chain.version === chainVersion);
  const handler = table?.handlers[node];
  const definition = table === undefined ? undefined : findNode(table.chain, node);
  if (handler === undefined || definition === undefined)
    throw new Error(`this app has no handler of node "${node}" of chain "${name}" in version ${chainVersion}`);
  return { handler, definition };
}

/** Everything that a handler gets. */
export function workOf(
  { log, blobs, links }: ServeParts,
  run: Run,
  place: PlaceOfWork,
  given: Pick<Work<Json>, 'input' | 'attempt' | 'signal' | 'state'>,
): Work<Json> {
  const about = { runId: run.runId, node: place.node };
  return {
    ...given,
    run: { id: run.runId, generation: run.generation, chain: run.name, node: place.node },
    key: workKey(place),
    log: {
      info: (data, message) => log.info({ ...about, ...data }, message),
      warn: (data, message) => log.warn({ ...about, ...data }, message),
    },
    blobs: blobs(place, given.signal),
    eventUrl: (event, payload) => links(place, event, payload),
    again: (after, state) => new Again(after, state),
  };
}
