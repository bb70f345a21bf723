import { MESSAGE_VERSION, type WorkMessage } from '@tally/contracts';
import type { SendChunk } from './effects.ts';
import { type Chunk, isUntouched } from './ledger.ts';
import type { RunHead } from './run.ts';

/**
 * The messages of one send, as the chunk's row stands now: items without a result, one try further than the highest recorded one.
 * @param etag the row's ETag; goes along only where the message carries the whole untouched chunk, so that its commit needs no read
 * @returns none where nothing is left to do
 */
export function permitsOf<Item>(
  run: Pick<RunHead, 'runId' | 'gen' | 'traceparent'>,
  stage: string,
  send: SendChunk,
  chunk: Chunk<Item, unknown>,
  etag: string,
): WorkMessage<Item>[] {
  const wanted = send.items === undefined ? null : new Set(send.items);
  const open = chunk.items.flatMap((input, place) => {
    const index = chunk.first + place;
    return chunk.outcomes[place] === null && (wanted === null || wanted.has(index)) ? [{ index, input }] : [];
  });
  const whole = {
    v: MESSAGE_VERSION,
    runId: run.runId,
    gen: run.gen,
    stage,
    shard: send.shard,
    epoch: send.epoch,
    chunk: send.chunk,
  } as const;
  const trace = run.traceparent === undefined ? {} : { traceparent: run.traceparent };
  const attemptOf = (items: typeof open) =>
    1 + Math.max(...items.map(({ index }) => chunk.attempts[index - chunk.first] ?? 0));
  if (send.split) {
    return open.map((item) => ({
      ...whole,
      tok: `${send.tok}.${item.index}`,
      attempt: attemptOf([item]),
      items: [item],
      ...trace,
    }));
  }
  if (open.length === 0) return [];
  const ticket = isUntouched(chunk) && open.length === chunk.items.length ? { etag } : {};
  return [{ ...whole, tok: send.tok, ...ticket, attempt: attemptOf(open), items: open, ...trace }];
}
