import type { SendTask } from '../effects.ts';
import type { Draft } from './draft.ts';
import type { NodeState, NodeStates, TaskOut } from './node-state.ts';
import { dueEffect } from './open-node.ts';
import { hiddenMs } from './value-limits.ts';

/**
 * I4: the messages of all that bears the token of this decision's own message and was there before. An
 * earlier delivery of it opened that. It may have died before it sent them, or its answer was lost.
 */
export function repeatSends(draft: Draft, before: NodeStates): void {
  for (const [node, state] of Object.entries(before)) {
    const isOwn = 'by' in state && state.by === draft.by && draft.state(node) === state;
    if (isOwn) sendNode(draft, node, state);
  }
}

/** The message that a node is waiting for, under a token of its own. */
export function sendNode(draft: Draft, node: string, state: NodeState): void {
  const { since } = state;
  switch (state.state) {
    case 'out': {
      draft.effect(taskEffect(draft, node, state));
      return;
    }
    case 'open':
      draft.effect({ type: 'send-dispatch', node, since, epoch: draft.run.epoch, token: draft.token() });
      return;
    case 'waiting':
      if (state.until !== null) draft.effect(dueEffect(draft, { node, since }, state.until));
      return;
    case 'child':
      draft.effect({ type: 'start-child', node, since, token: draft.token() });
      return;
    case 'ended':
    case 'stopped':
  }
}

/** The message for a task as its claim stands, hidden for as long as the claim waits. */
function taskEffect(draft: Draft, node: string, { since, epoch, attempt, calls, notBefore }: TaskOut): SendTask {
  const delayMs = hiddenMs((notBefore ?? 0) - draft.times.now);
  const permit = { since, epoch, attempt, ...(calls !== undefined && { calls }) };
  return { type: 'send-task', node, ...permit, token: draft.token(), delayMs };
}
