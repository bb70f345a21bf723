import { type Fold, isTerminal, type Json } from '@tally/contracts';
import { countShard } from './count-shard.ts';
import { rewoundOptions } from './deadline.ts';
import { tokenSource } from './effects.ts';
import { failRun, settleRun } from './finish.ts';
import { type HistoryEntry, headOf, nextTimeOf, type Run } from './run.ts';
import type { Refusal, RunDecision, RunEvent, Summarize, Times } from './run-events.ts';

/** What the rules of a run need to know of its chain. */
export interface RunPolicy<Folded> {
  readonly fold: Pick<Fold<never, never, Folded>, 'empty' | 'merge'>;
  readonly summarize: Summarize<Folded>;
}

/**
 * The rules of a run: what an event makes of its row. Every result is one conditional write (I8); a refused event changes nothing.
 *
 * Each write bears a later time than the write before it. So the timeline, which is kept in the order of its times, is in the order of the writes whatever
 * the clocks say, and no two versions of the row are alike.
 * @param now milliseconds since 1970, by the clock of whoever decides
 */
export function decideRun<Folded>(
  run: Run,
  event: RunEvent<Folded>,
  policy: RunPolicy<Folded>,
  now: number,
): RunDecision<Folded> {
  const at = nextTimeOf(run, now);
  switch (event.type) {
    case 'ready':
      if (run.status !== 'Pending') return refuse(run, 'not-pending');
      return move({ ...headOf(run), updatedAt: at, status: 'Running', gate: { state: 'absent' } }, 'Running', null, at);
    case 'interrupt':
      if (run.status !== 'Pending') return refuse(run, 'not-pending');
      return failRun(run, { code: 'IntakeInterrupted', message: 'the start was cut short; start the run again' }, at);
    case 'count':
      return countShard(run, event, at);
    case 'settle':
      if (run.status !== 'Running') return refuse(run, 'not-running');
      if (run.counted.length < run.shards) return refuse(run, 'not-all-counted');
      return settleRun(run, event, policy.fold, policy.summarize, { at, now });
    case 'fail':
      if (isTerminal(run.status)) return refuse(run, 'already-ended');
      return failRun(run, event.failure, at);
    case 'suspend':
      if (run.status !== 'Running') return refuse(run, isTerminal(run.status) ? 'already-ended' : 'not-running');
      return move({ ...run, updatedAt: at, status: 'Suspended', reason: event.reason }, 'Suspended', event.reason, at);
    case 'resume':
      return resumeRun(run, event, at);
    case 'terminate':
      return terminateRun(run, event.reason, at);
    case 'rewind':
      return rewindRun(run, event, { at, now });
    case 'set-window':
      return setWindow(run, event, at);
    case 'house':
      return houseRun(run, event, at);
  }
}

/** Resume raises the epoch: what was dropped while suspended is sent anew, and stray messages of before stay without effect. */
function resumeRun<Folded>(
  run: Run,
  event: Extract<RunEvent<Folded>, { type: 'resume' }>,
  at: number,
): RunDecision<Folded> {
  if (run.status !== 'Suspended') return refuse(run, isTerminal(run.status) ? 'already-ended' : 'not-suspended');
  const epoch = run.epoch + 1;
  const resumed: Run = { ...headOf(run), epoch, updatedAt: at, status: 'Running', gate: run.gate };
  const moved = move<Folded>(resumed, 'Resumed', event.reason, at);
  const dispatch = { type: 'send-dispatch', epoch, tok: tokenSource(event.chance)() } as const;
  // The gate's event may have come, or its time run out, while suspended.
  return { ...moved, effects: run.counted.length === run.shards ? [dispatch, { type: 'settle' }] : [dispatch] };
}

/** A wider window takes effect at once, by a dispatch; a narrower one as claims come back. */
function setWindow<Folded>(
  run: Run,
  event: Extract<RunEvent<Folded>, { type: 'set-window' }>,
  at: number,
): RunDecision<Folded> {
  if (isTerminal(run.status)) return refuse(run, 'already-ended');
  const moved = move<Folded>({ ...run, window: event.window, updatedAt: at }, 'WindowSet', event.window, at);
  if (run.status !== 'Running') return moved;
  return { ...moved, effects: [{ type: 'send-dispatch', epoch: run.epoch, tok: tokenSource(event.chance)() }] };
}

function terminateRun<Folded>(run: Run, reason: string | null, at: number): RunDecision<Folded> {
  if (isTerminal(run.status)) return refuse(run, 'already-ended');
  const head = { ...headOf(run), epoch: run.epoch + 1, updatedAt: at };
  const ended = move<Folded>(
    { ...head, status: 'Terminated', endedAt: at, housed: null, reason },
    'Terminated',
    reason,
    at,
  );
  return { ...ended, effects: [{ type: 'housekeep' }] };
}

/**
 * Sends failed items through again: those of a Failed run, and of a Completed one that has any. The markers go in the same transaction, so no
 * shard counts as done before it is opened again.
 */
function rewindRun<Folded>(
  run: Run,
  event: Extract<RunEvent<Folded>, { type: 'rewind' }>,
  { at, now }: Times,
): RunDecision<Folded> {
  if (run.status !== 'Failed' && run.status !== 'Completed') return refuse(run, 'not-ended');
  // A run that was never whole has no ledgers to open.
  if (run.status === 'Failed' && run.error.code === 'IntakeInterrupted') return refuse(run, 'nothing-to-rewind');
  if (run.status === 'Completed' && event.failed === 0) return refuse(run, 'nothing-to-rewind');
  const epoch = run.epoch + 1;
  const options = rewoundOptions(run, now);
  const head = { ...headOf(run), epoch, reopenEpoch: epoch, counted: [], options, updatedAt: at };
  const moved = move<Folded>({ ...head, status: 'Running', gate: { state: 'absent' } }, 'Rewound', event.reason, at);
  const dispatch = { type: 'send-dispatch', epoch, tok: tokenSource(event.chance)() } as const;
  return { ...moved, dropMarkers: true, dropEvent: answeredEvent(run), effects: [dispatch] };
}

/**
 * The event that the rewound run asks for again. Once all shards were counted the gate was open, and whoever answered did so about the output of then: neither a
 * yes nor a no may decide about another. One that came early, to a run that never came to its gate, stays.
 */
function answeredEvent({ counted, shards, options }: Run): string | undefined {
  return counted.length === shards ? options.gate?.event : undefined;
}

/**
 * Freezes what came of every item, once all ledgers are closed (I6). From then on nothing of an ended run changes; written again, its row only gets another
 * version, which makes every write fail that was decided before. Counts that were taken under an older epoch are those of an earlier end: the run was
 * rewound since and has ended once more, and who keeps that end counts anew.
 */
function houseRun<Folded>(
  run: Run,
  event: Extract<RunEvent<Folded>, { type: 'house' }>,
  at: number,
): RunDecision<Folded> {
  if (run.status !== 'Completed' && run.status !== 'Failed' && run.status !== 'Terminated')
    return refuse(run, 'not-ended');
  if (event.epoch !== run.epoch) return refuse(run, 'old-epoch');
  const { succeeded, failed, again } = event;
  if (run.housed !== null) return { run: again ? { ...run, updatedAt: at } : run, history: [], effects: [] };
  // Of a run whose rows contradict each other more may be counted than it has.
  const housed = { succeeded, failed, aborted: Math.max(0, run.total - succeeded - failed) };
  return { run: { ...run, housed, updatedAt: at }, history: [], effects: [] };
}

function move<Folded>(run: Run, type: string, detail: Json, at: number): RunDecision<Folded> {
  const entry: HistoryEntry = detail === null ? { at, type } : { at, type, detail };
  return { run, history: [entry], effects: [] };
}

function refuse<Folded>(run: Run, refused: Refusal): RunDecision<Folded> {
  return { run, history: [], effects: [], refused };
}
