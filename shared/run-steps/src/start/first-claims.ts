import { decideShard, type Ledger, type MapView, type PlannedShard, type SendChunk } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import type { MapStage } from '../context/map-stage.ts';
import { initialLedger } from './insert-shard.ts';

/** A shard as the start inserts it. */
export interface StartedShard {
  readonly planned: PlannedShard;
  readonly ledger: Ledger;
  /** The messages of its first claims; absent: it has none yet, and is dispatched. */
  readonly sends?: readonly SendChunk[];
}

/**
 * The shards of a run that starts. As many as the start sends messages for have their first claims already.
 * They need no dispatch, so that no worker waits until intake looks at its queue.
 */
export function firstClaims(
  { startSends, chance, now }: Pick<StepContext, 'startSends' | 'chance' | 'now'>,
  map: MapStage,
  view: MapView,
  shards: readonly PlannedShard[],
): StartedShard[] {
  const drawn = chance();
  let sent = 0;
  let isFull = false;
  return shards.map((planned, place) => {
    const ledger = initialLedger(map, planned);
    if (isFull) return { planned, ledger };
    const event = { type: 'dispatch', token: drawn.token, chance: drawn } as const;
    const { state, effects } = decideShard({ run: view, ledger, chunks: new Map() }, event, map.policy, now());
    const sends = effects.filter((effect) => effect.type === 'send-chunk');
    sent += sends.length;
    isFull = sent > startSends;
    return isFull && place > 0 ? { planned, ledger } : { planned, ledger: state.ledger, sends };
  });
}
