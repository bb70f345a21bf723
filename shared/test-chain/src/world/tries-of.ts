import { containers } from '@tally/blobs';
import type { HandlerTable } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { blobsOf, type EventLinks, type ServeParts, triesOfMap, triesOfTask } from '@tally/run-handlers';
import * as z from 'zod';
import type { Crashes } from './crash.ts';
import type { Tries } from './function-of.ts';
import type { TestWorld } from './test-world.ts';

/** How the handlers are called: as their apps call them, except for the crashes. */
export function triesOf(world: TestWorld, tables: readonly HandlerTable[], crashes: Crashes): Tries {
  const parts: ServeParts = {
    log: { info: () => {}, warn: () => {} },
    blobs: blobsOf({ store: world.blobs, container: containers.runs }),
    links: testLinks,
  };
  const [tryTask, tryItems] = [triesOfTask(tables, parts), triesOfMap(tables, parts)];
  return {
    task: async (work, signal) => {
      const tried = await tryTask(work, signal);
      const { run, node, since, attempt } = work;
      crashes.reach('after-handler', JSON.stringify([run.runId, run.generation, node, since, attempt]));
      return tried;
    },
    items: async (items, about, signal) => {
      const outcomes = await tryItems(items, about, signal);
      const { run, view, tries } = about;
      crashes.reach('after-handler', JSON.stringify([run.runId, run.generation, view.node, view.since, ...tries]));
      return outcomes;
    },
  };
}

const ORIGIN = 'https://tally.invalid';

/** Addresses of events that only {@link readTestLink} understands. */
const testLinks: EventLinks = ({ runId }, event, payload) => {
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  return `${ORIGIN}/api/answers/${encodeURIComponent(runId)}/${encodeURIComponent(event)}?${query.toString()}`;
};

/**
 * What an address of an event says.
 * @throws Error for any other address
 */
export function readTestLink(link: string): {
  readonly runId: string;
  readonly event: string;
  readonly payload: Json;
} {
  const { origin, pathname, searchParams } = new URL(link);
  const [, , , runId, event] = pathname.split('/').map(decodeURIComponent);
  const payload = searchParams.get('payload');
  if (origin !== ORIGIN || runId === undefined || event === undefined || payload === null)
    throw new Error(`no handler has made this address by eventUrl: ${link}`);
  return { runId, event, payload: z.json().parse(JSON.parse(payload)) };
}
