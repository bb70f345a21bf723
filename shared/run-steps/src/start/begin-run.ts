import type { Json } from '@tally/contracts';
import { type Circumstances, decideRun, type Effect, type RunIn } from '@tally/run-state';
import type { RunWrite } from '@tally/run-store';
import { rulesOf } from '../context/rules.ts';
import type { StartRequest } from './start-request.ts';

/**
 * The first write of a run: Pending, where rows of its items are still to come; otherwise with all that opens
 * at once.
 * @param isWhole whether this write is the only one needed
 */
export function beginRun(
  { chain, input }: Pick<StartRequest, 'chain' | 'input'>,
  pending: RunIn<'Pending'>,
  isWhole: boolean,
  circumstances: Circumstances,
): { readonly write: RunWrite; readonly effects: readonly Effect[] } {
  const kept: Json = chain.keptInput === undefined ? input : chain.keptInput(input);
  const { createdAt: at, name, opened } = pending;
  const items = Object.values(pending.nodes).flatMap((state) => ('map' in state ? [state.map?.total ?? 0] : []));
  const detail = { chain: name, ...(items.length > 0 && { items: items[0] ?? 0, shards: opened[0]?.shards ?? 0 }) };
  const started = { at, type: 'Started', detail } as const;
  if (!isWhole || pending.parent !== undefined)
    return { write: { run: pending, input: kept, history: [started] }, effects: [] };
  const records = { input: kept, tasks: new Map(), outputs: new Map(), events: new Map() };
  const decision = decideRun({ run: pending, records }, { type: 'ready' }, rulesOf(chain), {
    ...circumstances,
    now: at,
  });
  const { run, writes, history, effects } = decision;
  return { write: { run, writes, input: kept, history: [started, ...history] }, effects };
}
