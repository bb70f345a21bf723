import { MESSAGE_VERSION, type WorkMessage } from '@tally/contracts';
import type { SendChunk } from './effects.ts';
import type { MapView } from './nodes/map-view.ts';

/**
 * The messages of one send. They point at the chunk: its row says what to work on, so nothing is read to send
 * them.
 * @param noteOf what a message tells a person about these items, or about the whole chunk
 */
export function permitsOf(
  run: Pick<MapView, 'runId' | 'generation' | 'node' | 'since' | 'traceparent'>,
  send: SendChunk,
  noteOf: (items: readonly number[] | undefined) => string,
): WorkMessage[] {
  const { shard, epoch, chunk, attempt } = send;
  const { runId, generation, node, since } = run;
  // The order of the properties is the order in which a person reads them.
  const permit = (tok: string, items: readonly number[] | undefined): WorkMessage => ({
    ...{ v: MESSAGE_VERSION, runId, gen: generation, node, since, shard, epoch, chunk, tok, attempt },
    ...(items !== undefined && { items }),
    note: noteOf(items),
    ...(run.traceparent !== undefined && { traceparent: run.traceparent }),
  });
  if (!send.split || send.items === undefined) return [permit(send.token, send.items)];
  return send.items.map((index) => permit(`${send.token}.${index}`, [index]));
}
