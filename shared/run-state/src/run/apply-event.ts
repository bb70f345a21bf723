import { advanceMap } from '../nodes/advance-map.ts';
import { countShard } from '../nodes/count-shard.ts';
import type { Draft } from '../nodes/draft.ts';
import type { MapOpen } from '../nodes/node-state.ts';
import { recordTask } from '../nodes/record-task.ts';
import { endStoppedChildren, repairChildren } from '../nodes/repair-children.ts';
import { poisonTask, repairTasks } from '../nodes/repair-tasks.ts';
import { sendNode } from '../nodes/repeat-sends.ts';
import { failRun, stopNodes } from '../nodes/verdict.ts';
import type { Refusal } from '../refusal.ts';
import { headOf, type OutboxTaskLetter } from './run.ts';
import type { RunDecision, RunEvent } from './run-events.ts';

/** Why an event is refused. */
type Refused = Pick<RunDecision, 'refused' | 'from'>;

/**
 * What an event does to a Running or Suspended run, before the run advances by it.
 * @param jitter a number in [0, 1)
 * @returns why it is refused; null: it isn't
 */
export function applyEvent(draft: Draft, event: RunEvent, jitter: number): Refused | null {
  const { run } = draft;
  switch (event.type) {
    case 'task':
      recordTask(draft, event.message, event.tried, jitter);
      return null;
    case 'poison': {
      const from = poisonTask(draft, event);
      return from === null ? null : { refused: 'too-early', from };
    }
    case 'child':
      return endChild(draft, event);
    case 'count':
      return run.status === 'Running' ? refusal(countShard(draft, event)) : { refused: 'not-running' };
    case 'advance-map':
      return run.status === 'Running' ? refusal(advanceMap(draft, event, event.summaries)) : { refused: 'not-running' };
    case 'fail-node':
      return failNode(draft, event);
    case 'fail':
      if (run.verdict !== null) return { refused: 'verdict-stands' };
      failRun(draft, event.failure);
      return null;
    case 'raise':
      if (!draft.whole.records.events.has(event.name))
        draft.raise(event.name, { payload: event.payload, at: draft.times.at, reason: event.reason });
      return null;
    case 'look':
      return null;
    case 'repair':
      // R6: what a suspended run has out was dropped, and a resume sends it. That no result of it comes back
      // says nothing.
      if (run.status === 'Running') {
        repairTasks(draft, event.looks);
        repairChildren(draft);
      }
      endStoppedChildren(draft);
      outboxLetters(draft);
      return null;
    case 'task-outbox-delivered':
      removeLetter(draft, event);
      return null;
    case 'suspend':
      if (run.status !== 'Running') return { refused: 'not-running' };
      draft.line('Suspended', event.reason);
      draft.run = { ...run, status: 'Suspended', reason: event.reason };
      return null;
    case 'resume':
      return resume(draft, event.reason);
    case 'terminate':
      stopNodes(draft);
      draft.terminate(event.reason);
      return null;
    case 'set-window':
      setWindow(draft, event.window);
      return null;
    case 'ready':
    case 'interrupt':
    case 'rewind':
    case 'finalize':
      return { refused: 'not-pending' };
  }
}

function refusal(refused: Refusal | null): Refused | null {
  return refused === null ? null : { refused };
}

/**
 * R6: what was dropped while suspended is sent again under a new epoch. Stray messages of before have no
 * effect.
 */
function resume(draft: Draft, reason: string | null): Refused | null {
  const { run } = draft;
  if (run.status !== 'Suspended') return { refused: 'not-suspended' };
  const epoch = run.epoch + 1;
  const { verdict } = run;
  draft.run = { ...headOf(run), epoch, status: 'Running', verdict };
  draft.line('Resumed', reason);
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    const isClaim = state.state === 'out' || state.state === 'child';
    const resumed = isClaim ? { ...state, epoch, at: draft.times.now, by: draft.by } : state;
    if (resumed !== state) draft.setState(node, resumed);
    sendNode(draft, node, resumed);
  }
  return null;
}

/**
 * A wider window takes effect at once, by a dispatch; a narrower one as claims come back. R11: it holds in
 * full for each map node.
 */
function setWindow(draft: Draft, window: number): void {
  draft.run = { ...draft.run, options: { ...draft.run.options, window } };
  draft.line('WindowSet', window);
  for (const [node, state] of Object.entries(draft.run.nodes)) {
    if (state.state !== 'open') continue;
    const widest = Math.max(state.map.widest ?? state.map.window, window);
    const widened: MapOpen = { ...state, map: { ...state.map, window, widest } };
    draft.setState(node, widened);
    sendNode(draft, node, widened);
  }
}

function failNode(draft: Draft, event: Extract<RunEvent, { type: 'fail-node' }>): Refused | null {
  const state = draft.state(event.node);
  if (state?.state !== 'open' || state.since !== event.since) return { refused: 'not-open' };
  draft.fail(event.node, event.failure);
  return null;
}

/** R12: the outcome of a child counts once, for the very round that started it. */
function endChild(draft: Draft, event: Extract<RunEvent, { type: 'child' }>): Refused | null {
  const { node, since, ended } = event;
  const state = draft.state(node);
  if (state?.state !== 'child' || state.since !== since) return { refused: 'not-open' };
  if (ended.status === 'failed') draft.fail(node, ended.error);
  else draft.succeedWith(node, since, ended.output);
  return null;
}

/** I6: the letters that are still to be kept, including those that a process died before keeping. */
function outboxLetters(draft: Draft): void {
  const isNew = new Set(draft.effects.flatMap((effect) => (effect.type === 'task-letter' ? [effect.at] : [])));
  for (const letter of draft.run.outbox) if (!isNew.has(letter.at)) draft.effect({ type: 'task-letter', ...letter });
}

function removeLetter(draft: Draft, kept: Extract<RunEvent, { type: 'task-outbox-delivered' }>): void {
  const outbox = withoutLetter(draft.run.outbox, kept);
  if (outbox !== draft.run.outbox) draft.run = { ...draft.run, outbox };
}

/** The outbox without a letter that is kept. */
export function withoutLetter(
  outbox: readonly OutboxTaskLetter[],
  kept: Extract<RunEvent, { type: 'task-outbox-delivered' }>,
): readonly OutboxTaskLetter[] {
  const isKept = ({ node, since, at }: OutboxTaskLetter) =>
    node === kept.node && since === kept.since && at === kept.at;
  return outbox.some(isKept) ? outbox.filter((letter) => !isKept(letter)) : outbox;
}
