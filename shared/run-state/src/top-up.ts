import type { StagePolicy } from '@tally/contracts';
import { type Chance, type SendChunk, tokenSource } from './effects.ts';
import type { Ledger, OpenEntry } from './ledger.ts';
import { takeLowest } from './ranges.ts';
import type { Run } from './run.ts';
import { shareOf } from './share.ts';

/** Whether the ledger may be claimed from: the run is at work, in this very epoch, and the shard isn't closed (I5, I7). */
export function isClaimable(run: Run, ledger: Ledger<unknown>): boolean {
  return run.status === 'Running' && ledger.epoch === run.epoch && !ledger.closed;
}

/**
 * I3: claims from `todo` until `open` holds the shard's share. Every claim carries the token of whoever commits it (I4).
 * @param by the committing message's own token
 */
export function topUp<Folded>(run: Run, ledger: Ledger<Folded>, by: string, now: number): Ledger<Folded> {
  if (!isClaimable(run, ledger)) return ledger;
  const free = shareOf(run, ledger.shard) - ledger.open.length;
  if (free <= 0 || ledger.todo.length === 0) return ledger;
  const { taken, rest } = takeLowest(ledger.todo, free);
  const claims = taken.map((chunk): OpenEntry => ({ chunk, at: now, sends: 0, by }));
  return { ...ledger, todo: rest, open: [...ledger.open, ...claims] };
}

/** The message for a claim, as it stands in the ledger. `split` follows the number of repairs, so that a resumed run keeps it. */
export function sendOf(
  ledger: Ledger<unknown>,
  entry: OpenEntry,
  wholeSends: number,
  tok: string,
  now: number,
): SendChunk {
  return {
    type: 'send-chunk',
    shard: ledger.shard,
    chunk: entry.chunk,
    epoch: ledger.epoch,
    tok,
    split: entry.sends > wholeSends,
    delayMs: Math.max(0, (entry.notBefore ?? now) - now),
  };
}

/** I4: the messages of all claims that bear this token, each under a token of its own. */
export function sendsBy(
  ledger: Ledger<unknown>,
  by: string,
  { repair }: Pick<StagePolicy<never, never, never>, 'repair'>,
  chance: Chance,
  now: number,
): SendChunk[] {
  const token = tokenSource(chance);
  const own = ledger.open.filter((entry) => entry.by === by);
  return own.map((entry) => sendOf(ledger, entry, repair.wholeSends, token(), now));
}
