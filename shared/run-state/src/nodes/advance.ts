import { type Verdict, verdictDetail } from '../run/run.ts';
import { type ClosingRules, type NodeRules, nodeOf } from './chain-rules.ts';
import type { Draft } from './draft.ts';
import type { NodeEnded, NodeState, Waiting } from './node-state.ts';
import { EVENT_INVALID, failureOfCallback, openNode } from './open-node.ts';
import { seenAtClosing, seenBy } from './seen.ts';
import { giveVerdict } from './verdict.ts';

/**
 * Brings a run as far as it gets by itself. It closes waits whose event has come, and skips or opens what is
 * due. It gives the verdict when all is done or a node has failed, and ends the run when its closing nodes
 * are done. It runs to a fixed point, inside the write of the run row, for every caller. Pure and total.
 */
export function advance(draft: Draft): void {
  if (draft.rules.isUnknown === true) return;
  while (step(draft));
}

/** @returns whether anything has moved */
function step(draft: Draft): boolean {
  if (draft.ended !== null) return false;
  const { verdict } = draft.run;
  if (verdict !== null) return closeRun(draft, verdict);
  if (endWaits(draft)) return true;
  if (giveVerdict(draft)) return true;
  for (const node of draft.rules.nodes) if (draft.state(node.name) === undefined && moveOn(draft, node)) return true;
  return false;
}

/**
 * R4: ends the waits whose event is there, early ones too, and those whose time is over. A decision about
 * what a write brings calls this first, so that a wait that is due has ended before.
 * @returns whether there were any
 */
export function endWaits(draft: Draft): boolean {
  const waits = draft.rules.nodes.filter(({ name }) => {
    const state = draft.state(name);
    return state?.state === 'waiting' && (answerWait(draft, name, state) || expireWait(draft, name, state));
  });
  return waits.length > 0;
}

function expireWait(draft: Draft, name: string, { since, until }: Waiting): boolean {
  if (until === null || draft.times.now < until) return false;
  const node = nodeOf(draft.rules, name);
  if (node?.kind === 'wait' && node.until.type === 'event') draft.end(name, { outcome: 'timedOut' });
  else draft.succeedWith(name, since, null);
  return true;
}

/** @returns whether the event of the wait is there: then it has ended */
function answerWait(draft: Draft, name: string, { since }: Pick<NodeState, 'since'>): boolean {
  const node = nodeOf(draft.rules, name);
  if (node?.kind !== 'wait' || node.until.type !== 'event') return false;
  const raised = draft.whole.records.events.get(node.until.event);
  if (raised === undefined) return false;
  const misfit = node.until.misfit(raised.payload);
  if (misfit === null) draft.succeedWith(name, since, raised.payload);
  else draft.fail(name, { code: EVENT_INVALID, message: misfit });
  return true;
}

/** Opens or skips a node that is due. @returns whether it was */
function moveOn(draft: Draft, node: NodeRules): boolean {
  const before = node.after.map((name) => draft.state(name));
  if (!before.every((state): state is NodeEnded => state?.state === 'ended')) return false;
  const seen = seenBy(draft.whole, draft.rules, node.after);
  try {
    const why =
      node.when === undefined ? whyPassedOver(node, before) : node.when(seen) ? null : 'its condition was false';
    if (why === null) openNode(draft, node, seen);
    else draft.end(node.name, { outcome: 'skipped', why });
  } catch (error) {
    draft.fail(node.name, failureOfCallback(error));
  }
  return true;
}

/**
 * Why a node without a condition of its own is skipped; null: it opens. A failed node that may fail counts as
 * satisfied.
 */
function whyPassedOver(node: NodeRules, before: readonly NodeEnded[]): string | null {
  if (before.length === 0 || before.some(({ outcome }) => outcome !== 'skipped')) return null;
  return `${node.after.join(', ')} ${node.after.length === 1 ? 'was' : 'were'} skipped`;
}

/** R3: opens the closing nodes that the verdict asks for, and ends the run when they have ended. */
function closeRun(draft: Draft, verdict: Verdict): boolean {
  const due = draft.rules.closing.filter(({ closing }) => closing === 'always' || verdict.status === 'failed');
  const unopened = due.filter(({ name }) => draft.state(name) === undefined);
  if (unopened.length > 0) draft.line('VerdictGiven', verdictDetail(verdict));
  for (const node of unopened) openClosing(draft, node, verdict);
  if (unopened.length > 0) return true;
  if (!due.every(({ name }) => draft.state(name)?.state === 'ended')) return false;
  if (draft.run.status === 'Suspended' && isOfNodes(verdict)) return false;
  draft.finish(verdict);
  return true;
}

/**
 * R6: callers see a suspended run as suspended, however its nodes end meanwhile, as with Durable. The resume
 * ends it. A deadline still runs on.
 */
function isOfNodes(verdict: Verdict): boolean {
  return verdict.status === 'completed' || verdict.node !== undefined;
}

function openClosing(draft: Draft, node: ClosingRules, verdict: Verdict): void {
  const seen = seenAtClosing(draft.whole, draft.rules, verdict);
  try {
    if (node.when === undefined || node.when(seen)) openNode(draft, node, seen);
    else draft.end(node.name, { outcome: 'skipped', why: 'its condition was false' });
  } catch (error) {
    draft.fail(node.name, failureOfCallback(error));
  }
}
