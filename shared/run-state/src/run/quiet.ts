import type { NodeState } from '../nodes/node-state.ts';
import type { Run } from './run.ts';

/** The message that wakes a quiet run may be lost. The run is looked at after this time at the latest. */
export const QUIET_MAX_MS = 600_000;

/**
 * R10: until when a pass of the watchdog has nothing to do for a run: it only waits, or is suspended.
 * @returns milliseconds since 1970, at most ten minutes ahead; null: each pass must look at it
 */
export function quietUntil(run: Run, now: number): number | null {
  if ((run.status !== 'Running' && run.status !== 'Suspended') || run.outbox.length > 0) return null;
  const states = Object.values(run.nodes);
  const waits = states.filter((state) => state.state === 'waiting');
  const isSuspended = run.status === 'Suspended';
  // A run that neither waits nor is suspended must move, or be helped.
  if (waits.length === 0 && !isSuspended) return null;
  if (states.some((state) => mayBeDue(state, isSuspended))) return null;
  const dues = waits.map(({ until }) => until).filter((until) => until !== null);
  const until = Math.min(now + QUIET_MAX_MS, run.options.deadline ?? Number.POSITIVE_INFINITY, ...dues);
  return until > now ? until : null;
}

function mayBeDue(state: NodeState, isSuspended: boolean): boolean {
  switch (state.state) {
    case 'out':
    case 'open':
      // R6: repair sends nothing of a suspended run.
      return !isSuspended;
    case 'child':
      return true;
    case 'stopped':
      // R12: its child may not have been told.
      return state.runId !== undefined;
    case 'waiting':
    case 'ended':
      return false;
  }
}
