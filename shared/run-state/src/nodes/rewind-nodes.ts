import { type ChainRules, nodeOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import { type NodeState, type NodeStates, planOf, roundKey } from './node-state.ts';
import { EVENT_INVALID } from './open-node.ts';
import { sendNode } from './repeat-sends.ts';

/** The nodes that a rewind opens again: failed, timed out or stopped ones, and maps with failed items, that have none such before them. */
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

function isSpoilt(state: NodeState | undefined): boolean {
  if (state === undefined) return false;
  if (state.state === 'stopped') return true;
  if (state.state !== 'ended') return false;
  return state.outcome === 'failed' || state.outcome === 'timedOut' || (state.counts?.failed ?? 0) > 0;
}

/**
 * R7: these nodes go on in their round, a task as if it were never tried, a map with its failed items; all that stands behind them is forgotten, with the closing
 * nodes, and opens in a new round when it is due. The run's epoch has been raised already.
 */
export function rewindNodes(draft: Draft, roots: readonly string[]): void {
  const behind = allBehind(draft.rules, roots);
  for (const { name } of draft.rules.nodes) if (behind.has(name)) forgetNode(draft, name);
  for (const { name } of draft.rules.closing) draft.forget(name);
  for (const name of roots) if (!goOn(draft, name)) forgetNode(draft, name);
}

function allBehind(rules: ChainRules, roots: readonly string[]): ReadonlySet<string> {
  const behind = new Set<string>();
  for (const { name, after } of rules.nodes) {
    if (after.some((before) => behind.has(before) || roots.includes(before))) behind.add(name);
  }
  return behind;
}

/** R4: what a wait that was asked has been told answered for what came before it then; it asks anew. An event that came early, to a wait that was never asked, stays. */
function forgetNode(draft: Draft, name: string): void {
  const node = nodeOf(draft.rules, name);
  const state = draft.state(name);
  if (wasAsked(state) && node?.kind === 'wait' && node.until.type === 'event') draft.dropEvent(node.until.event);
  // R12: nobody knows of the child any more, so whoever was to end it and died is made up for now.
  if (state?.state === 'stopped' && state.runId !== undefined) draft.effect({ type: 'end-child', runId: state.runId });
  draft.forget(name);
}

/** Whether a wait has ever opened. */
function wasAsked(state: NodeState | undefined): boolean {
  if (state?.state !== 'ended') return state !== undefined;
  if (state.outcome === 'skipped') return false;
  return state.outcome !== 'failed' || state.error?.code === EVENT_INVALID;
}

/** @returns false where there is no round to go on in: what failed as it was opened, a wait, and a child, whose run has ended */
function goOn(draft: Draft, name: string): boolean {
  const state = draft.state(name);
  const node = nodeOf(draft.rules, name);
  if (state === undefined || node === undefined) return false;
  const { since, openedAt } = state;
  const { now } = draft.times;
  if (node.kind === 'task') {
    const row = draft.whole.records.tasks.get(roundKey({ node: name, since }));
    if (row === undefined) return false;
    const { epoch } = draft.run;
    draft.setState(name, { state: 'out', since, openedAt: now, epoch, at: now, sends: 0, by: draft.by, attempt: 1 });
    // I7: a late worker has brought it meanwhile.
    if (row.result === undefined) sendNode(draft, name);
    else draft.end(name, { outcome: 'succeeded' });
    return true;
  }
  const plan = planOf(state);
  const isChanged = state.state === 'ended' && state.error?.code === 'ItemsChanged';
  if (node.kind !== 'map' || plan === undefined || isChanged) return false;
  const map = { ...plan, counted: [], reopened: draft.run.epoch };
  draft.setState(name, { state: 'open', since, openedAt, by: draft.by, map });
  sendNode(draft, name);
  return true;
}
