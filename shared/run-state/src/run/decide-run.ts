import { isTerminal } from '@tally/contracts';
import { advance, expireWaits } from '../nodes/advance.ts';
import type { ChainRules } from '../nodes/chain-rules.ts';
import { countShard } from '../nodes/count-shard.ts';
import { Draft } from '../nodes/draft.ts';
import { planOf } from '../nodes/node-state.ts';
import { recordTask } from '../nodes/record-task.ts';
import { poisonTask, repairTasks } from '../nodes/repair-tasks.ts';
import { repeatSends, sendNode } from '../nodes/repeat-sends.ts';
import { nodesToRewind, rewindNodes } from '../nodes/rewind-nodes.ts';
import { NO_WRITES, type RunRecords, type WholeRun } from '../nodes/run-records.ts';
import { settleMap } from '../nodes/settle-map.ts';
import { failRun } from '../nodes/verdict.ts';
import { rewoundOptions } from './deadline.ts';
import { endAtOnce, houseRun } from './end-run.ts';
import { type EndedRun, headOf, type MovingRun, nextTimeOf, type Run, type RunIn } from './run.ts';
import type { Circumstances, Refusal, RunDecision, RunEvent } from './run-events.ts';

/**
 * The rules of a run: what an event makes of its row and of what stands beside it. Every result is one conditional write (I8); a refused event changes nothing.
 * Every write brings the run as far as it goes: `advance`.
 *
 * Each write bears a later time than the write before it. So the timeline, which is kept in the order of its times, is in the order of the writes whatever
 * the clocks say, and no two versions of the row are alike.
 */
export function decideRun(
  whole: WholeRun,
  event: RunEvent,
  rules: ChainRules,
  circumstances: Circumstances,
): RunDecision {
  const { run } = whole;
  if (event.type === 'house') return houseRun(run, event, nextTimeOf(run, circumstances.now));
  if (event.type === 'interrupt') {
    if (run.status !== 'Pending') return refuse(run, 'not-pending');
    const failure = { code: 'IntakeInterrupted', message: 'the start was cut short; start the run again' };
    return endAtOnce(run, failure, nextTimeOf(run, circumstances.now));
  }
  if (event.type === 'rewind') return rewindRun(whole, event.reason, rules, circumstances);
  if (isEnded(run)) return refuse(run, 'already-ended');
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
      draft.terminate(event.reason);
      return decisionOf(draft);
    case 'fail':
      return endAtOnce(run, event.failure, draft.times.at);
    case 'raise':
      if (records.events.has(event.name)) return unchanged(run);
      draft.raise(event.name, { payload: event.payload, at: draft.times.at });
      return { ...decisionOf(draft), run: { ...run, updatedAt: draft.times.at } };
    case 'set-window':
      return refuse(run, 'not-running');
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
  const tok = tokenOf(event);
  const draft = draftOf(run, records, rules, circumstances, tok);
  const started = draft.run.nodes;
  // R4: what is due has come before what this write brings.
  if (run.verdict === null) expireWaits(draft);
  const outcome = apply(draft, event, circumstances);
  if (outcome !== null && outcome.refused !== 'already-counted') return { ...unchanged(run), ...outcome };
  if (draft.ended === null) advance(draft);
  if (tok !== undefined && draft.ended === null) repeatSends(draft, started);
  const decision = decisionOf(draft);
  // A write that would only bear another time is none.
  const isIdle = draft.ended === null && draft.isUntouched && decision.history.length === 0;
  return isIdle ? { ...decision, run, ...outcome } : { ...decision, ...outcome };
}

/** @returns why the event is refused; null: it isn't */
function apply(draft: Draft, event: RunEvent, { chance }: Circumstances): Pick<RunDecision, 'refused' | 'from'> | null {
  const { run } = draft;
  switch (event.type) {
    case 'task':
      recordTask(draft, event.message, event.tried, chance.jitter);
      return null;
    case 'poison': {
      const from = poisonTask(draft, event);
      return from === null ? null : { refused: 'too-early', from };
    }
    case 'child':
      return endChild(draft, event);
    case 'count':
      return run.status === 'Running' ? refusal(countShard(draft, event)) : { refused: 'not-running' };
    case 'settle':
      return run.status === 'Running' ? refusal(settleMap(draft, event, event.markers)) : { refused: 'not-running' };
    case 'fail-node':
      return failNode(draft, event);
    case 'fail':
      if (run.verdict !== null) return { refused: 'verdict-stands' };
      failRun(draft, event.failure);
      return null;
    case 'raise':
      if (!draft.whole.records.events.has(event.name))
        draft.raise(event.name, { payload: event.payload, at: draft.times.at });
      return null;
    case 'look':
      return null;
    case 'repair':
      repairTasks(draft, event.looks);
      owedLetters(draft);
      return null;
    case 'task-letter-kept':
      strikeLetter(draft, event);
      return null;
    case 'suspend':
      if (run.status !== 'Running') return { refused: 'not-running' };
      draft.line('Suspended', event.reason);
      draft.run = { ...run, status: 'Suspended', reason: event.reason };
      return null;
    case 'resume':
      return resume(draft, event.reason);
    case 'terminate':
      draft.terminate(event.reason);
      return null;
    case 'set-window':
      setWindow(draft, event.window);
      return null;
    case 'ready':
    case 'interrupt':
    case 'rewind':
    case 'house':
      return { refused: 'not-pending' };
  }
}

function refusal(refused: Refusal | null): Pick<RunDecision, 'refused'> | null {
  return refused === null ? null : { refused };
}

/** R6: what was dropped while suspended is sent anew under a new epoch, and stray messages of before stay without effect. */
function resume(draft: Draft, reason: string | null): Pick<RunDecision, 'refused'> | null {
  const { run } = draft;
  if (run.status !== 'Suspended') return { refused: 'not-suspended' };
  const epoch = run.epoch + 1;
  const { verdict } = run;
  draft.run = { ...headOf(run), epoch, status: 'Running', verdict };
  draft.line('Resumed', reason);
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    if (state.state === 'out' || state.state === 'child')
      draft.setState(node, { ...state, epoch, at: draft.times.now, by: draft.by });
    sendNode(draft, node);
  }
  return null;
}

/** A wider window takes effect at once, by a dispatch; a narrower one as claims come back. R11: of each map node, whole. */
function setWindow(draft: Draft, window: number): void {
  draft.run = { ...draft.run, options: { ...draft.run.options, window } };
  draft.line('WindowSet', window);
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    const map = planOf(state);
    if (map === undefined) continue;
    if (state.state === 'open') draft.setState(node, { ...state, map: { ...map, window } });
    if (state.state === 'open') sendNode(draft, node);
  }
}

function failNode(draft: Draft, event: Extract<RunEvent, { type: 'fail-node' }>): Pick<RunDecision, 'refused'> | null {
  const state = draft.state(event.node);
  if (state?.state !== 'open' || state.since !== event.since) return { refused: 'not-open' };
  draft.end(event.node, { outcome: 'failed', error: event.failure });
  return null;
}

/** R12: the outcome of a child counts once, for the very round that started it. */
function endChild(draft: Draft, event: Extract<RunEvent, { type: 'child' }>): Pick<RunDecision, 'refused'> | null {
  const { node, since, ended } = event;
  const state = draft.state(node);
  if (state?.state !== 'child' || state.since !== since) return { refused: 'not-open' };
  if (ended.status === 'failed') draft.end(node, { outcome: 'failed', error: ended.error });
  else {
    draft.insertOutput(node, since, ended.output);
    draft.end(node, { outcome: 'succeeded' });
  }
  return null;
}

/** I6: the letters that are still to be kept, those of others that died before they could included. */
function owedLetters(draft: Draft): void {
  const isNew = new Set(draft.effects.flatMap((effect) => (effect.type === 'task-letter' ? [effect.at] : [])));
  for (const letter of draft.run.owed) if (!isNew.has(letter.at)) draft.effect({ type: 'task-letter', ...letter });
}

function strikeLetter(draft: Draft, kept: Extract<RunEvent, { type: 'task-letter-kept' }>): void {
  const isKept = ({ node, since, at }: (typeof draft.run.owed)[number]) =>
    node === kept.node && since === kept.since && at === kept.at;
  const owed = draft.run.owed.filter((letter) => !isKept(letter));
  if (owed.length < draft.run.owed.length) draft.run = { ...draft.run, owed };
}

/** R7. Of a Failed run, and of a Completed one of which something has failed. */
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
  rewindNodes(draft, nodesToRewind(run.nodes, rules));
  advance(draft);
  return decisionOf(draft);
}

/** Whether a rewind has anything to do. A run that was never whole has not; one of which no output could be made may be able to now. */
export function canRewind(run: RunIn<'Failed' | 'Completed'>, rules: ChainRules): boolean {
  if (run.status === 'Failed') return run.error.code !== 'IntakeInterrupted';
  return nodesToRewind(run.nodes, rules).length > 0;
}

/** The token of the message that an event is of: what it has opened before is sent again (I4). */
function tokenOf(event: RunEvent): string | undefined {
  if (event.type === 'task') return event.message.tok;
  return event.type === 'count' || event.type === 'settle' || event.type === 'look' ? event.tok : undefined;
}

function draftOf(
  run: MovingRun,
  records: RunRecords,
  rules: ChainRules,
  { now, chance }: Circumstances,
  by = chance.tok,
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
