import type { Draft } from './draft.ts';
import type { NodeStates } from './node-state.ts';
import { dueEffect } from './open-node.ts';

/**
 * I4: the messages of all that bears the token of this decision's own message and was there before: an earlier delivery of it has opened that, and may have died
 * before it sent them, or its answer was lost.
 */
export function repeatSends(draft: Draft, before: NodeStates): void {
  for (const [node, state] of Object.entries(before)) {
    const isOwn = 'by' in state && state.by === draft.by && draft.state(node) === state;
    if (isOwn) sendNode(draft, node);
  }
}

/** The message that a node is waiting for, under a token of its own. */
export function sendNode(draft: Draft, node: string): void {
  const state = draft.state(node);
  if (state === undefined) return;
  const { since } = state;
  switch (state.state) {
    case 'out': {
      const delayMs = Math.max(0, (state.notBefore ?? 0) - draft.times.now);
      const { epoch, attempt } = state;
      return draft.effect({ type: 'send-task', node, since, epoch, tok: draft.token(), attempt, delayMs });
    }
    case 'open':
      return draft.effect({ type: 'send-dispatch', node, since, epoch: draft.run.epoch, tok: draft.token() });
    case 'waiting':
      if (state.until !== null) draft.effect(dueEffect(draft, { node, since }, state.until));
      return;
    case 'child':
      return draft.effect({ type: 'start-child', node, since, tok: draft.token() });
    case 'ended':
    case 'stopped':
  }
}
