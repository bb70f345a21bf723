import type { ChainDefinition, WaitsForEvent } from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { chainOf, type StepContext } from '@tally/run-steps';

/** What a chain's callbacks see of a run that has just begun. */
interface BegunRun {
  readonly runId: string;
  readonly createdAt: number;
  /** In the form that is kept for callbacks. */
  readonly input: Json;
}

/**
 * Tells whether a wait is for an approval: its event may be `{"approved": true}` or `false`, but not just
 * anything.
 */
export function isApproval({ payload }: Pick<WaitsForEvent, 'payload'>): boolean {
  const takes = (value: Json) => payload.safeParse(value).success;
  return takes({ approved: true }) && takes({ approved: false }) && !takes({});
}

/** The event that approves or rejects a run; null when it asks for no approval. */
export function approvalEventOf(chain: ChainDefinition, { runId: id, createdAt, input }: BegunRun): string | null {
  const run = { id, input, startedAt: new Date(createdAt).toISOString() };
  for (const { kind, when, ...node } of chain.nodes) {
    if (kind !== 'wait' || !('until' in node) || node.until.type !== 'event' || !isApproval(node.until)) continue;
    if (mayHold(() => when?.({ run }) ?? true)) return node.until.event;
  }
  return null;
}

/** The same for a run of which only the row is known. */
export async function readApprovalEvent(steps: StepContext, run: Run): Promise<string | null> {
  const chain = chainOf(steps.registry, run);
  const hasAny = chain?.nodes.some(
    (node) => node.kind === 'wait' && node.until.type === 'event' && isApproval(node.until),
  );
  if (chain === undefined || hasAny !== true) return null;
  const whole = await steps.store.readWhole(run.runId);
  if (whole === null || whole.run.generation !== run.generation) return null;
  return approvalEventOf(chain, { ...run, input: whole.records.input });
}

/** A condition that needs more than the run, which is not there yet, may hold. */
function mayHold(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    return true;
  }
}
