import type { StagePolicy } from '@tally/contracts';
import { type Chance, type SendChunk, tokenSource } from './effects.ts';
import { type Chunk, type Ledger, type OpenEntry, openItems } from './ledger.ts';
import type { MapView } from './nodes/map-view.ts';
import { fitted } from './parts.ts';
import { takeLowest } from './ranges.ts';
import { shareOf } from './share.ts';

/**
 * Whether the ledger may be claimed from: the run is Running, in this very epoch, and the shard isn't closed
 * (I5, I7).
 */
export function isClaimable(run: MapView, ledger: Ledger): boolean {
  return run.status === 'Running' && ledger.epoch === run.epoch && !ledger.closed;
}

/**
 * I3: claims from `todo` until `open` holds the shard's share. Every claim carries the token of the message
 * that commits it (I4).
 * @param by the committing message's own token
 */
export function topUp(run: MapView, ledger: Ledger, by: string, now: number): Ledger {
  if (!isClaimable(run, ledger)) return ledger;
  const free = shareOf(run, ledger.shard) - ledger.open.length;
  if (free <= 0 || ledger.todo.length === 0) return ledger;
  const { taken, rest } = takeLowest(ledger.todo, free);
  const claims = taken.map((chunk) => fitted(run, ledger, { chunk, at: now, sends: 0, by }));
  return { ...ledger, todo: rest, open: [...ledger.open, ...claims] };
}

/** What the sends of a stage depend on. */
type SendPolicy = Pick<StagePolicy, 'repair' | 'retry'>;

/** Whether a claim has been repaired so often that its items go out one by one. */
export function goesSingly(entry: OpenEntry, { wholeSends }: SendPolicy['repair']): boolean {
  return entry.sends > wholeSends;
}

/**
 * The message for a claim, as it stands in the ledger. Whether its items go one by one depends on the number
 * of repairs, so that a resumed run keeps it.
 * @param chunks the row of a claim whose items go one by one. Where it isn't there, or all of its items are
 * done, the whole chunk goes. A delivery of that message reads the row, and takes out the claim of a chunk
 * that is done (I7).
 */
export function sendOf(
  ledger: Ledger,
  chunks: ReadonlyMap<number, Chunk>,
  entry: OpenEntry,
  policy: SendPolicy,
  token: string,
  now: number,
): SendChunk {
  const row = goesSingly(entry, policy.repair) ? chunks.get(entry.chunk) : undefined;
  const singles = row === undefined ? [] : openItems(row).filter((index) => entry.items?.includes(index) ?? true);
  const items = singles.length > 0 ? singles : entry.items;
  return {
    type: 'send-chunk',
    shard: ledger.shard,
    chunk: entry.chunk,
    epoch: ledger.epoch,
    token,
    attempt: permittedTry(entry, policy),
    ...(items !== undefined && { items }),
    split: singles.length > 0,
    delayMs: Math.max(0, (entry.notBefore ?? now) - now),
  };
}

/**
 * A claim that was never sent again permits the first try, so that a repeated message doesn't run ahead of a
 * retry that waits. One that has waited for a retry, or was repaired, permits whichever try is next.
 */
function permittedTry({ sends, notBefore }: OpenEntry, { retry }: SendPolicy): number {
  return sends > 0 || notBefore !== undefined ? retry.maxAttempts : 1;
}

/** I4: the messages of all claims that bear this token, each under a token of its own. */
export function sendsBy(
  ledger: Ledger,
  chunks: ReadonlyMap<number, Chunk>,
  by: string,
  policy: SendPolicy,
  chance: Chance,
  now: number,
): SendChunk[] {
  const token = tokenSource(chance);
  const own = ledger.open.filter((entry) => entry.by === by);
  return own.map((entry) => sendOf(ledger, chunks, entry, policy, token(), now));
}
