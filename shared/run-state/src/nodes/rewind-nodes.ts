import type { ChainRules, NodeRules } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import { type MapOpen, type NodeState, type NodeStates, planOf, roundKey, type TaskOut } from './node-state.ts';
import { EVENT_INVALID } from './open-node.ts';
import { sendNode } from './repeat-sends.ts';

/**
 * The nodes that a rewind opens again: failed, timed out or stopped ones, and maps with failed items, where
 * none of these stands before them.
 */
export function nodesToRewind(nodes: NodeStates, rules: ChainRules): string[] {
  const behind = new Set<string>();
  const roots: string[] = [];
  for (const { name, after } of rules.nodes) {
    const isBehind = after.some((before) => behind.has(before) || roots.includes(before));
    if (isBehind) behind.add(name);
    else if (isSpoilt(nodes[name])) roots.push(name);
  }
  return roots;
}

/**
 * For a run that has failed although none of its nodes has: its nodes' outcomes gave no output. The last
 * events, those with nothing behind them, are asked for again. What a person has answered may be the cause;
 * everything else would turn out the same.
 */
export function nodesToAskAgain(nodes: NodeStates, rules: ChainRules): string[] {
  const isLast = (name: string) => rules.nodes.every(({ after }) => !after.includes(name));
  return rules.nodes.flatMap((node) =>
    node.kind === 'wait' && node.until.type === 'event' && isLast(node.name) && wasAsked(nodes[node.name])
      ? [node.name]
      : [],
  );
}

function isSpoilt(state: NodeState | undefined): boolean {
  if (state?.state !== 'ended') return state !== undefined;
  return state.outcome === 'failed' || state.outcome === 'timedOut' || (state.counts?.failed ?? 0) > 0;
}

/**
 * R7: these nodes go on in their round, a task as if never tried, a map with its failed items. All that
 * stands behind them is forgotten, with the closing nodes, and opens in a new round when it is due. The run's
 * epoch has been raised already.
 */
export function rewindNodes(draft: Draft, roots: readonly string[]): void {
  const behind = allBehind(draft.rules, roots);
  for (const node of draft.rules.nodes) if (behind.has(node.name)) forgetNode(draft, node);
  for (const { name } of draft.rules.closing) draft.forget(name);
  for (const node of draft.rules.nodes) {
    const state = draft.state(node.name);
    const isRoot = state !== undefined && roots.includes(node.name);
    if (isRoot && !goOn(draft, node, state)) forgetNode(draft, node);
  }
}

function allBehind(rules: ChainRules, roots: readonly string[]): ReadonlySet<string> {
  const behind = new Set<string>();
  for (const { name, after } of rules.nodes) {
    if (after.some((before) => behind.has(before) || roots.includes(before))) behind.add(name);
  }
  return behind;
}

/**
 * R4: a wait that was asked got its answer for what came before it then, so it asks again. An event that came
 * early, to a wait that was never asked, stays.
 */
function forgetNode(draft: Draft, node: NodeRules): void {
  const state = draft.state(node.name);
  if (wasAsked(state) && node.kind === 'wait' && node.until.type === 'event') draft.dropEvent(node.until.event);
  // R12: no row names the child any more. The process that had to end it may have died, so it is ended now.
  if (state?.state === 'stopped' && state.runId !== undefined) draft.effect({ type: 'end-child', runId: state.runId });
  draft.forget(node.name);
}

/** Whether a wait has ever opened. */
function wasAsked(state: NodeState | undefined): boolean {
  if (state?.state !== 'ended') return state !== undefined;
  if (state.outcome === 'skipped') return false;
  return state.outcome !== 'failed' || state.error?.code === EVENT_INVALID;
}

/**
 * @returns false where there is no round to go on in: a node that failed as it was opened, a wait, a map
 * whose items have changed, and a child, whose run has ended
 */
function goOn(draft: Draft, node: NodeRules, state: NodeState): boolean {
  const { name } = node;
  const { since, openedAt } = state;
  const { now } = draft.times;
  if (node.kind === 'task') {
    const row = draft.whole.records.tasks.get(roundKey({ node: name, since }));
    if (row === undefined) return false;
    const { epoch } = draft.run;
    const out: TaskOut = { state: 'out', since, openedAt: now, epoch, at: now, sends: 0, by: draft.by, attempt: 1 };
    draft.setState(name, out);
    // I7: a late worker has brought it meanwhile.
    if (row.result === undefined) sendNode(draft, name, out);
    else draft.end(name, { outcome: 'succeeded' });
    return true;
  }
  const plan = planOf(state);
  const isChanged = state.state === 'ended' && state.error?.code === 'ItemsChanged';
  if (node.kind !== 'map' || plan === undefined || isChanged) return false;
  const map = { ...plan, counted: [], reopened: draft.run.epoch };
  const open: MapOpen = { state: 'open', since, openedAt, by: draft.by, map };
  draft.setState(name, open);
  sendNode(draft, name, open);
  return true;
}
