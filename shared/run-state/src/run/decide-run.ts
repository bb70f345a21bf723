import { isTerminal, type TallyFailure } from '@tally/contracts';
import { advance, endWaits } from '../nodes/advance.ts';
import type { ChainRules } from '../nodes/chain-rules.ts';
import { Draft } from '../nodes/draft.ts';
import { roundKey } from '../nodes/node-state.ts';
import { repeatSends } from '../nodes/repeat-sends.ts';
import { nodesToAskAgain, nodesToRewind, rewindNodes } from '../nodes/rewind-nodes.ts';
import { NO_WRITES, type RunRecords, type WholeRun } from '../nodes/run-records.ts';
import { stopNodes } from '../nodes/verdict.ts';
import type { Refusal } from '../refusal.ts';
import { applyEvent, withoutLetter } from './apply-event.ts';
import { rewoundOptions } from './deadline.ts';
import { endAtOnce, finalizeRun } from './end-run.ts';
import { type EndedRun, headOf, type MovingRun, nextTimeOf, type Run, type RunIn } from './run.ts';
import type { Circumstances, RunDecision, RunEvent } from './run-events.ts';

/**
 * The rules of a run: how an event changes its row and the rows beside it. Every result is one conditional
 * write (I8); a refused event changes nothing. Every write brings the run as far as it gets: `advance`.
 *
 * Each write bears a later time than the write before it. The timeline is kept in the order of its times, so
 * it is in the order of the writes whatever the clocks say. And no two versions of the row are alike.
 */
export function decideRun(
  whole: WholeRun,
  event: RunEvent,
  rules: ChainRules,
  circumstances: Circumstances,
): RunDecision {
  const { run } = whole;
  if (event.type === 'finalize') return finalizeRun(run, event, nextTimeOf(run, circumstances.now));
  if (event.type === 'interrupt') {
    if (run.status !== 'Pending') return refuse(run, 'not-pending');
    const failure: TallyFailure = {
      code: 'IntakeInterrupted',
      message: 'the start was interrupted; start the run again',
    };
    return endAtOnce(run, failure, nextTimeOf(run, circumstances.now));
  }
  if (event.type === 'rewind') return rewindRun(whole, event.reason, rules, circumstances);
  if (isEnded(run))
    return event.type === 'task-outbox-delivered'
      ? removeAtEnd(run, event, circumstances.now)
      : refuse(run, 'already-ended');
  if (run.status === 'Pending') return decidePending(run, whole.records, event, rules, circumstances);
  return decideMoving(run, whole.records, event, rules, circumstances);
}

/** A run that is still being written: it begins, or ends before that. */
function decidePending(
  run: RunIn<'Pending'>,
  records: RunRecords,
  event: RunEvent,
  rules: ChainRules,
  circumstances: Circumstances,
): RunDecision {
  const draft = draftOf({ ...headOf(run), status: 'Running', verdict: null }, records, rules, circumstances);
  switch (event.type) {
    case 'ready':
      draft.line('Running', null);
      advance(draft);
      return decisionOf(draft);
    case 'terminate':
      stopNodes(draft);
      draft.terminate(event.reason);
      return decisionOf(draft);
    case 'fail':
      return endAtOnce(run, event.failure, draft.times.at);
    case 'raise':
      if (records.events.has(event.name)) return unchanged(run);
      draft.raise(event.name, { payload: event.payload, at: draft.times.at, reason: event.reason });
      return { ...decisionOf(draft), run: { ...run, updatedAt: draft.times.at } };
    default:
      return refuse(run, 'not-running');
  }
}

function decideMoving(
  run: MovingRun,
  records: RunRecords,
  event: RunEvent,
  rules: ChainRules,
  circumstances: Circumstances,
): RunDecision {
  const token = tokenOf(event);
  const draft = draftOf(run, records, rules, circumstances, token);
  const started = draft.run.nodes;
  // R4: what is due has come before what this write brings.
  if (run.verdict === null) endWaits(draft);
  const outcome = applyEvent(draft, event, circumstances.chance.jitter);
  if (outcome !== null && outcome.refused !== 'already-counted') {
    // Nothing changes. What an earlier delivery of the message has opened is still sent again (I4).
    const repeated = draftOf(run, records, rules, circumstances, token);
    if (token !== undefined) repeatSends(repeated, run.nodes);
    return { ...unchanged(run), effects: repeated.effects, ...outcome };
  }
  if (draft.ended === null) advance(draft);
  if (token !== undefined && draft.ended === null) repeatSends(draft, started);
  const decision = decisionOf(draft);
  // A write that would change only the time isn't made.
  const isIdle = draft.ended === null && draft.isUntouched && decision.history.length === 0;
  return isIdle ? { ...decision, run, ...outcome } : { ...decision, ...outcome };
}

/** R7. For a Failed run, and for a Completed one of which something has failed. */
function rewindRun(
  whole: WholeRun,
  reason: string | null,
  rules: ChainRules,
  circumstances: Circumstances,
): RunDecision {
  const { run, records } = whole;
  if (run.status !== 'Failed' && run.status !== 'Completed') return refuse(run, 'not-ended');
  if (!canRewind(run, rules)) return refuse(run, 'nothing-to-rewind');
  const options = rewoundOptions(run, circumstances.now);
  const head = { ...headOf(run), epoch: run.epoch + 1, options };
  const draft = draftOf({ ...head, status: 'Running', verdict: null }, records, rules, circumstances);
  draft.line('Rewound', reason);
  const spoilt = nodesToRewind(run.nodes, rules);
  rewindNodes(draft, spoilt.length > 0 ? spoilt : nodesToAskAgain(run.nodes, rules));
  advance(draft);
  return decisionOf(draft);
}

/**
 * Whether a rewind has anything to do. It hasn't where the start was interrupted. A run whose output could
 * not be made may be able to make one now.
 */
export function canRewind(run: RunIn<'Failed' | 'Completed'>, rules: ChainRules): boolean {
  if (run.status === 'Failed') return run.error.code !== 'IntakeInterrupted';
  return nodesToRewind(run.nodes, rules).length > 0;
}

/**
 * The token of the message that an event is of: what it has opened before is sent again (I4). The end of a
 * child is reported again where the reporting process has died. So it has a token of its own, named after the
 * round of its node.
 */
function tokenOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'task':
    case 'poison':
      return event.message.token;
    case 'count':
    case 'advance-map':
    case 'look':
      return event.token;
    case 'child':
      return `child.${roundKey(event)}`;
    default:
      return undefined;
  }
}

/** I6: a letter of an ended run leaves the outbox too, or a rewind would keep it again. */
function removeAtEnd(
  run: EndedRun,
  event: Extract<RunEvent, { type: 'task-outbox-delivered' }>,
  now: number,
): RunDecision {
  const outbox = withoutLetter(run.outbox, event);
  if (outbox.length === run.outbox.length) return unchanged(run);
  return { ...unchanged(run), run: { ...run, outbox, updatedAt: nextTimeOf(run, now) } };
}

function draftOf(
  run: MovingRun,
  records: RunRecords,
  rules: ChainRules,
  { now, chance }: Circumstances,
  by = chance.token,
): Draft {
  return new Draft(run, records, rules, chance, by, { at: nextTimeOf(run, now), now });
}

function decisionOf(draft: Draft): RunDecision {
  const { result, writes, history, effects } = draft;
  return { run: result, writes, history, effects };
}

function isEnded(run: Run): run is EndedRun {
  return isTerminal(run.status);
}

function unchanged(run: Run): RunDecision {
  return { run, writes: NO_WRITES, history: [], effects: [] };
}

function refuse(run: Run, refused: Refusal): RunDecision {
  return { ...unchanged(run), refused };
}
