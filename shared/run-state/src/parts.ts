import { type Chunk, type Ledger, type OpenEntry, openItems } from './ledger.ts';
import type { MapView } from './nodes/map-view.ts';
import { nextTry } from './outcomes.ts';
import { numbersOf, rangesOf } from './ranges.ts';
import type { MessageHead } from './shard-state.ts';
import { claimLimit, shareOf } from './share.ts';

/**
 * The numbers of a chunk's items. All chunks of a run have one size, except the last of a shard. So nothing
 * is read to know them.
 */
export function itemsOfChunk(
  { chunkItems }: Pick<MapView, 'chunkItems'>,
  ledger: Pick<Ledger, 'first' | 'count'>,
  chunk: number,
): number[] {
  const from = chunk * chunkItems;
  const length = Math.max(0, Math.min(chunkItems, ledger.count - from));
  return Array.from({ length }, (_, place) => ledger.first + from + place);
}

/**
 * I3: a claim as the window allows it now: of the whole chunk, or of its first items. Items that have a
 * result are skipped as soon as a delivery reads the row.
 */
export function fitted(run: MapView, ledger: Ledger, entry: OpenEntry): OpenEntry {
  const { items, isIdle: _, ...claim } = entry;
  const all = itemsOfChunk(run, ledger, claim.chunk);
  const limit = claimLimit(run);
  return all.length <= limit ? claim : { ...claim, items: (items ?? all).slice(0, limit) };
}

/** Gives back a chunk that is no longer out and has items without a result. */
export function giveBack(ledger: Ledger, chunk: number): Ledger {
  const open = ledger.open.filter((entry) => entry.chunk !== chunk);
  return { ...ledger, open, todo: rangesOf([...numbersOf(ledger.todo), chunk]) };
}

/**
 * I3: the claim of a part goes on. Items with a result make room for the chunk's next items, as long as the
 * shard has no more out than its share. A part of which nothing may be out any more is given back. What is
 * out is known by its numbers. So a result of a late worker of an older epoch makes room like any other (I7).
 * @param token of the message whose commit this is: it owns what goes out (I4)
 * @param mostSends at most this many repairs count for the next items: they were never out
 * @returns `next`: the items that must be sent
 */
export function advancePart(
  run: MapView,
  ledger: Ledger,
  chunk: Chunk,
  token: string,
  mostSends: number,
  now: number,
): { readonly ledger: Ledger; readonly next: readonly number[] } {
  const entry = ledger.open.find((candidate) => candidate.chunk === chunk.chunk);
  if (entry?.items === undefined) return { ledger, next: [] };
  const open = openItems(chunk);
  const out = entry.items.filter((index) => open.includes(index));
  const isWithinShare = ledger.open.length <= shareOf(run, ledger.shard);
  const room = isWithinShare ? Math.max(0, claimLimit(run) - out.length) : 0;
  const next = open.filter((index) => !out.includes(index)).slice(0, room);
  if (out.length + next.length === 0) return { ledger: giveBack(ledger, chunk.chunk), next };
  const items = [...out, ...next].sort((a, b) => a - b);
  const sent = next.length === 0 ? entry : { ...entry, by: token, at: now, sends: Math.min(entry.sends, mostSends) };
  const claim: OpenEntry = { ...sent, items };
  return { ledger: { ...ledger, open: ledger.open.map((other) => (other === entry ? claim : other)) }, next };
}

/**
 * The items of a new claim that have already had the try that its message permits: their chunk was given back
 * while they waited for another one. They need a message that permits that try. From then on the claim counts
 * as one that has waited.
 */
export function furtherTries(
  ledger: Ledger,
  chunk: Chunk,
  { token, attempt }: Pick<MessageHead, 'token' | 'attempt'>,
  now: number,
): { readonly ledger: Ledger; readonly waiting: readonly number[] } {
  const entry = ledger.open.find((candidate) => candidate.chunk === chunk.chunk);
  if (entry === undefined || entry.sends > 0 || entry.notBefore !== undefined) return { ledger, waiting: [] };
  const out = openItems(chunk).filter((index) => entry.items?.includes(index) ?? true);
  const waiting = out.filter((index) => nextTry(chunk, [index]) > attempt);
  if (waiting.length === 0) return { ledger, waiting };
  const claim: OpenEntry = { ...entry, by: token, at: now, notBefore: now };
  return { ledger: { ...ledger, open: ledger.open.map((other) => (other === entry ? claim : other)) }, waiting };
}
