import type { RunNode } from '@tally/api';
import { type AnyNode, type ChainDefinition, findNode } from '@tally/chain';
import type { NodeState } from '@tally/run-state';
import type { NodeProgress } from '@tally/run-steps';

/**
 * The nodes of a run as the status shows them.
 * @param chain undefined: the chain isn't known here, so only the run's row describes its nodes
 */
export function nodeBodies(chain: ChainDefinition | undefined, nodes: readonly NodeProgress[]): RunNode[] {
  return nodes.map(({ name, state, counts }) => ({
    ...headOf(name, chain === undefined ? undefined : findNode(chain, name)),
    ...(state === undefined ? { state: 'notDue' } : stateOf(state)),
    ...(counts === undefined ? {} : { counts }),
  }));
}

function headOf(name: string, node: AnyNode | undefined) {
  return {
    name,
    kind: node?.kind ?? null,
    ...(node !== undefined && 'closing' in node && { closing: node.closing }),
    ...(node?.kind === 'wait' && node.until.type === 'event' && { event: node.until.event }),
  };
}

function stateOf(state: NodeState): Pick<RunNode, 'state'> & Partial<RunNode> {
  const openedAt = iso(state.openedAt);
  switch (state.state) {
    case 'out':
      return {
        ...{ state: 'out', attempts: state.attempt, openedAt },
        ...(state.notBefore !== undefined && { notBefore: iso(state.notBefore) }),
      };
    case 'open':
      return { state: 'open', openedAt };
    case 'waiting':
      return { state: 'waiting', openedAt, until: state.until === null ? null : iso(state.until) };
    case 'child':
      return { state: 'out', openedAt, runId: state.runId };
    case 'stopped':
      return { state: 'stopped', ...workedOf(state), openedAt, endedAt: iso(state.endedAt) };
    case 'ended':
      return {
        ...{ state: 'ended', outcome: state.outcome },
        ...(state.error !== undefined && { error: { code: state.error.code, message: state.error.message } }),
        ...(state.why !== undefined && { why: state.why }),
        ...workedOf(state),
        // A skipped node was never open.
        ...(state.outcome !== 'skipped' && { openedAt }),
        endedAt: iso(state.endedAt),
      };
  }
}

function workedOf({ attempts, runId }: Extract<NodeState, { state: 'ended' | 'stopped' }>) {
  return { ...(attempts !== undefined && { attempts }), ...(runId !== undefined && { runId }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
