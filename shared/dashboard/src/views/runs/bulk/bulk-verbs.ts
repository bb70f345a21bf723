import type { ListedRun } from '@tally/api';
import type { IconName } from '../../../parts/icons.tsx';
import { isLive } from '../../../parts/tones.ts';
import { type VerbName, verbs } from '../../run/control/verbs.ts';

/** Actions that can be applied to many runs at once. */
export type BulkName = Extract<VerbName, 'terminate' | 'rewind' | 'purge'>;

export interface BulkVerb {
  readonly name: BulkName;
  readonly word: string;
  readonly icon: IconName;
  readonly isBad: boolean;
  readonly tells: string;
  readonly asksReason: boolean;
  readonly isFor: (run: Pick<ListedRun, 'runtimeStatus' | 'counts' | 'chainVersion'>) => boolean;
  readonly run: (id: string, reason: string) => Promise<unknown>;
}

const IS_FOR: Readonly<Record<BulkName, BulkVerb['isFor']>> = {
  terminate: ({ runtimeStatus }) => isLive(runtimeStatus),
  rewind: ({ runtimeStatus, counts, chainVersion }) =>
    chainVersion !== null &&
    (runtimeStatus === 'Failed' || (runtimeStatus === 'Completed' && (counts?.failed ?? 0) > 0)),
  purge: ({ runtimeStatus }) => !isLive(runtimeStatus),
};

export const bulkVerbs: readonly BulkVerb[] = verbs.flatMap(({ name, word, icon, isBad, tells, asksReason, run }) =>
  name === 'terminate' || name === 'rewind' || name === 'purge'
    ? [{ name, word, icon, isBad, tells, asksReason, run, isFor: IS_FOR[name] }]
    : [],
);
