import type { Draft } from './draft.ts';
import type { ChildOut } from './node-state.ts';
import { sendNode } from './repeat-sends.ts';
import { SLACK_MS } from './value-limits.ts';

/**
 * R12: asks again for the start of a child, a while after the last request, doubled each time. That message
 * may have been lost. A process that finds the child there leaves it alone, however long it takes.
 */
export function repairChildren(draft: Draft): void {
  const { now } = draft.times;
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    if (state.state !== 'child' || now - state.at <= SLACK_MS * 2 ** state.sends) continue;
    const asked: ChildOut = { ...state, at: now, sends: state.sends + 1, by: draft.by };
    draft.setState(node, asked);
    sendNode(draft, node, asked);
  }
}

/**
 * R12: ends the children of nodes that the verdict has stopped, since the process that had to end them may
 * have died.
 */
export function endStoppedChildren(draft: Draft): void {
  for (const state of Object.values(draft.run.nodes)) {
    if (state.state === 'stopped' && state.runId !== undefined) draft.effect({ type: 'end-child', runId: state.runId });
  }
}
