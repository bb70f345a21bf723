import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { chainOf } from '../context/registry.ts';
import type { UnreadableListed } from './listed-run.ts';
import type { ReadMap } from './open-maps.ts';

/** A run that doesn't make progress, and how that shows. */
export interface StuckRun {
  readonly runId: string;
  readonly chain: string;
  readonly node: string | null;
  readonly code: 'Unserved' | 'StartStalled' | 'SentAgain' | 'RowUnreadable';
  readonly message: string;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
}

/** A start that isn't done after this was cut short. The watchdog ends it soon. */
const STALLED_MS = 300_000;
/**
 * The watchdog's limit for a stuck run. One message may get lost, or its worker die; three in a row are more
 * than that.
 */
const SENDS_SEEN = 3;

/** What an unfinished run's own row shows. */
export function stuckByRow({ registry, now }: Pick<StepContext, 'registry' | 'now'>, run: Run): StuckRun[] {
  const { name, chainVersion, status, createdAt, updatedAt } = run;
  if (chainOf(registry, run) === undefined) {
    const message = `this app does not know chain "${name}" in version ${chainVersion}`;
    return [{ ...aboutOf(run, null), code: 'Unserved', message, since: updatedAt }];
  }
  if (status === 'Pending')
    return now() - createdAt < STALLED_MS
      ? []
      : [{ ...aboutOf(run, null), code: 'StartStalled', message: 'its start was interrupted', since: createdAt }];
  return Object.entries(run.nodes).flatMap(([node, state]): StuckRun[] =>
    state.state === 'out' && state.sends >= SENDS_SEEN ? [sentAgain(run, node, state.sends, state.openedAt)] : [],
  );
}

/** What the claims of an open map show. */
export function stuckByLedgers({ run, node, ledgers }: ReadMap): StuckRun[] {
  const late = ledgers.flatMap(({ open }) => open.filter(({ sends }) => sends >= SENDS_SEEN));
  const [first] = late;
  // The claims of a suspended run wait for its resumption.
  if (first === undefined || run.status !== 'Running') return [];
  return [sentAgain(run, node, Math.max(...late.map(({ sends }) => sends)), first.at)];
}

export function stuckUnreadable({ runId, name, updatedAt, unreadable }: UnreadableListed): StuckRun {
  return { ...aboutOf({ runId, name }, null), code: 'RowUnreadable', message: unreadable.message, since: updatedAt };
}

function sentAgain(run: Run, node: string, sends: number, since: number): StuckRun {
  const message = `its message was sent again ${sends} times without a result so far`;
  return { ...aboutOf(run, node), code: 'SentAgain', message, since };
}

function aboutOf({ runId, name }: Pick<Run, 'runId' | 'name'>, node: string | null) {
  return { runId, chain: name, node };
}
