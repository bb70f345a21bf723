import type { Draft } from './draft.ts';
import type { ChildOut } from './node-state.ts';
import { sendNode } from './repeat-sends.ts';
import { SLACK_MS } from './value-limits.ts';

/**
 * R12: asks for the start of a child once more, a while after it was asked for, doubled each time: the word for it may have been lost. Whoever finds the child
 * there leaves it alone, however long it takes.
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

/** R12: the children of nodes that the verdict has stopped, for whoever was to end them may have died. */
export function endStoppedChildren(draft: Draft): void {
  for (const state of Object.values(draft.run.nodes)) {
    if (state.state === 'stopped' && state.runId !== undefined) draft.effect({ type: 'end-child', runId: state.runId });
  }
}
