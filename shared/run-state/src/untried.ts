import type { RepairPolicy } from '@tally/contracts';
import { type Chunk, type Ledger, type OpenEntry, openItems } from './ledger.ts';
import type { ShardEvent } from './shard-state.ts';
import { goesSingly } from './top-up.ts';

type RecordEvent = Extract<ShardEvent, { type: 'record' }>;

/**
 * A delivery has an end: what it had no time for is given back untried, and goes out again at once under the
 * same claim (I3). A delivery that reached its end shows that its worker lives. So repairs of a chunk that
 * goes out whole no longer count.
 *
 * Only the first delivery of the claim that reaches its end sends what follows, and owns it (I4). If
 * another's end or repair has renewed the claim since this one began, a message is out already. A duplicate
 * starts no second chain.
 * @returns `untried`: the items that must be sent
 */
export function renewUntried(
  ledger: Ledger,
  chunk: Chunk,
  { message, untried = [], workedMs = 0 }: Pick<RecordEvent, 'message' | 'untried' | 'workedMs'>,
  repair: RepairPolicy,
  now: number,
): { readonly ledger: Ledger; readonly untried: readonly number[] } {
  const entry = ledger.open.find((candidate) => candidate.chunk === chunk.chunk);
  const left = openItems(chunk).filter((index) => untried.includes(index) && (entry?.items?.includes(index) ?? true));
  if (entry === undefined || left.length === 0) return { ledger, untried: [] };
  const isFirst = entry.at <= now - workedMs;
  const sends = goesSingly(entry, repair) ? entry.sends : 0;
  const claim: OpenEntry = { ...entry, at: now, sends, by: isFirst ? message.token : entry.by };
  const open = ledger.open.map((other) => (other === entry ? claim : other));
  return { ledger: { ...ledger, open }, untried: isFirst ? left : [] };
}
