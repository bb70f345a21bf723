import { MESSAGE_VERSION, type WorkItem, type WorkMessage } from '@tally/contracts';
import type { SendChunk } from './effects.ts';
import { type Chunk, isComplete, isUntouched } from './ledger.ts';
import type { RunHead } from './run.ts';

/**
 * The messages of one send, as the chunk's row stands now: items without a result, one try further than the highest recorded one. A chunk that a late
 * worker has finished meanwhile gets a message all the same: whoever takes it up finds it done and takes its claim out (I7).
 * @param etag the row's ETag; goes along only where the message carries the whole untouched chunk, so that its commit needs no read
 * @returns none where the wanted items are done and others are still out under messages of their own
 */
export function permitsOf<Item>(
  run: Pick<RunHead, 'runId' | 'gen' | 'traceparent'>,
  stage: string,
  send: SendChunk,
  chunk: Chunk<Item, unknown>,
  etag: string,
): WorkMessage<Item>[] {
  const all = chunk.items.map((input, place) => ({ index: chunk.first + place, input }));
  const isOpen = (index: number) => chunk.outcomes[index - chunk.first] === null;
  const open = all.filter(({ index }) => isOpen(index) && (send.items === undefined || send.items.includes(index)));
  const trace = run.traceparent === undefined ? {} : { traceparent: run.traceparent };
  const permit = (
    tok: string,
    items: readonly WorkItem<Item>[],
    ticket: { etag?: string } = {},
  ): WorkMessage<Item> => ({
    v: MESSAGE_VERSION,
    runId: run.runId,
    gen: run.gen,
    stage,
    shard: send.shard,
    epoch: send.epoch,
    chunk: send.chunk,
    tok,
    ...ticket,
    attempt: 1 + Math.max(...items.map(({ index }) => chunk.attempts[index - chunk.first] ?? 0)),
    items,
    ...trace,
  });
  if (isComplete(chunk)) return [permit(send.tok, all.slice(0, 1))];
  if (send.split) return open.map((item) => permit(`${send.tok}.${item.index}`, [item]));
  if (open.length === 0) return [];
  const isWhole = isUntouched(chunk) && open.length === all.length;
  return [permit(send.tok, open, isWhole ? { etag } : {})];
}
