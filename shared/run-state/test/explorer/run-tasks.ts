import { isTerminal } from '@tally/contracts';
import {
  claimsInDoubt,
  failureOverTolerance,
  isFinished,
  isToReopen,
  type Run,
  type RunDecision,
} from '../../src/index.ts';
import { demand } from '../checks.ts';
import type { Folded } from '../counting-chain.ts';
import { smallPolicy } from './model.ts';
import { type Moment, NOW } from './moment.ts';
import type { LiveRow, Message, Task } from './state.ts';
import { admitted, effectsOf } from './work-tasks.ts';

type TaskOf<Name extends Task['do']> = Extract<Task, { do: Name }>;

export function handleDispatch(moment: Moment, message: Extract<Message, { kind: 'dispatch' }>): readonly Task[] {
  const run = admitted(moment, message);
  if (run === null) return [];
  const shards = message.shards ?? Array.from({ length: run.shards }, (_, shard) => shard);
  return shards.map((shard) => ({ do: 'dispatch', run, shard, tok: message.tok }));
}

export function dispatch(moment: Moment, task: TaskOf<'dispatch'>): readonly Task[] {
  const { run, shard, tok } = task;
  const event = { type: 'dispatch', tok, chance: { tok: moment.fresh(), jitter: 0.5 } } as const;
  const ledger = moment.rowsOf(run.gen, shard)?.ledger;
  if (ledger === undefined) return [];
  const numbers = claimsInDoubt(ledger, smallPolicy.repair, NOW).map(({ chunk }) => chunk);
  const decision = moment.commit(run.gen, shard, run, event, numbers);
  if (decision === null) return [];
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  if (decision.dropped === 'not-reopened') return [{ do: 'list-failed', run, shard }];
  return effectsOf(run.gen, decision.effects);
}

/** A rewind opens one chunk a transaction here, 99 in the product, so that shards are seen half-way. */
export function listFailed(moment: Moment, { run, shard }: TaskOf<'list-failed'>): readonly Task[] {
  const rows = moment.rowsOf(run.gen, shard);
  if (rows === null) return [];
  const failed = rows.chunks.filter(isToReopen).map(({ chunk }) => [chunk]);
  const steps = failed.length === 0 ? [[]] : failed;
  return steps.map((chunks, step) => {
    return { do: 'reopen', run, shard, chunks, isLast: step === steps.length - 1, tok: moment.fresh() };
  });
}

export function reopen(moment: Moment, task: TaskOf<'reopen'>): readonly Task[] {
  const { run, shard, chunks, isLast, tok } = task;
  const event = { type: 'reopen', last: isLast, chance: { tok, jitter: 0.5 } } as const;
  const decision = moment.commit(run.gen, shard, run, event, chunks);
  if (decision === null) return [];
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  return effectsOf(run.gen, decision.effects);
}

/** A message of the collector: a finished shard, an event, or a gate's time-out. */
export function handleCollect(
  moment: Moment,
  message: Extract<Message, { kind: 'collect' | 'event' | 'timeout' }>,
): readonly Task[] {
  const { run } = moment;
  const { rules } = moment.model;
  if (run === null || (rules.knowsGenerations && run.gen !== message.gen)) return [];
  const { gen } = run;
  if (isTerminal(run.status)) return [{ do: 'keep', gen }];
  if (run.status !== 'Running') return [];
  if (run.counted.length === run.shards) return [{ do: 'settle', gen }];
  if (message.kind !== 'collect') return [];
  if (message.epoch !== run.epoch && rules.countsFinishedOnly) return [];
  const ledger = moment.rowsOf(gen, message.shard)?.ledger;
  if (ledger === undefined || (rules.countsFinishedOnly && !isFinished(ledger))) return [];
  const { shard, succeeded, failed, failures, fold, epoch } = ledger;
  return [{ do: 'count', gen, marker: { shard, succeeded, failed, failures, fold }, ledgerEpoch: epoch }];
}

export function count(moment: Moment, task: TaskOf<'count'>): readonly Task[] {
  const { gen, marker, ledgerEpoch } = task;
  const chance = { tok: moment.fresh(), jitter: 0.5 };
  return moment.change(gen, task, { type: 'count', marker, ledgerEpoch, chance }, ({ run, effects }) => {
    const isWhole = effects.some(({ type }) => type === 'settle');
    const next: readonly Task[] = isWhole ? [{ do: 'settle', gen }] : effectsOf(gen, effects);
    const { count: most, percentage } = run.options.tolerance;
    return most === undefined && percentage === undefined ? next : [{ do: 'bear', run, next }];
  });
}

/** Ends the run where it has more failed items than it tolerates. */
export function bear(moment: Moment, { run, next }: TaskOf<'bear'>): readonly Task[] {
  const failed = moment.markers.reduce((sum, marker) => sum + marker.failed, 0);
  const failure = failureOverTolerance(run, failed);
  return failure === null ? next : [{ do: 'end', gen: run.gen, failure }];
}

export function end(moment: Moment, task: TaskOf<'end'>): readonly Task[] {
  const { gen, failure } = task;
  const event = failure === null ? ({ type: 'interrupt' } as const) : ({ type: 'fail', failure } as const);
  return moment.change(gen, task, event, ({ run }) => (isTerminal(run.status) ? [{ do: 'keep', gen }] : []));
}

/** All shards are counted. The time is taken first, then the event's row read; the run row is written on what was read before both. */
export function settle(moment: Moment, { gen }: TaskOf<'settle'>): readonly Task[] {
  const { event, isLate } = moment;
  const read = moment.read();
  if (read === null || read.run.gen !== gen) return [];
  const verdict = event?.gen === gen ? event.verdict : null;
  const write = { do: 'settle-write', gen, read, verdict, isLate } as const;
  return read.run.options.gate === undefined ? settleWrite(moment, write) : [write];
}

export function settleWrite(moment: Moment, task: TaskOf<'settle-write'>): readonly Task[] {
  const { gen, read, verdict, isLate } = task;
  const again: Task = { do: 'settle', gen };
  if (moment.version !== read.version) return [again];
  const event = { type: 'settle', markers: moment.markers, verdict } as const;
  const next = (decision: RunDecision<Folded>, isWritten: boolean): readonly Task[] => {
    const isTimeout = decision.run.status === 'Failed' && decision.run.error.code === 'GateTimeout';
    const isInTime = moment.event?.gen === gen && moment.event.came !== 'late';
    demand(!isWritten || !isTimeout || !isInTime, 'an event that came in time lost against the time-out');
    const isOld =
      moment.event !== null && moment.event.came !== 'early' && moment.event.rewoundIn < read.run.reopenEpoch;
    demand(verdict === null || !isOld, 'an answer about an earlier output decided about this one');
    if (isTerminal(decision.run.status)) return [{ do: 'keep', gen }];
    const sends = decision.effects.filter(({ type }) => type === 'send-gate-timeout');
    const isOpened = decision.effects.some(({ type }) => type === 'read-event');
    return [...effectsOf(gen, sends), ...(isOpened && moment.model.rules.readsEventAgain ? [again] : [])];
  };
  return moment.change(gen, again, event, next, isLate);
}

/** Housekeeping: `live` is read before the run row, and deleted last; between the two the run row is written, or who has read it before may write on it. */
export function keepRead(moment: Moment, { gen, live }: TaskOf<'keep-read'>): readonly Task[] {
  const { run } = moment;
  if (run === null || run.gen !== gen || !isTerminal(run.status)) return [];
  return closeNext(run, live, 0, 0, 0);
}

function closeNext(run: Run, live: LiveRow | null, shard: number, succeeded: number, failed: number): readonly Task[] {
  return [{ do: shard < run.shards ? 'close' : 'house', run, live, shard, succeeded, failed }];
}

export function close(moment: Moment, task: TaskOf<'close' | 'house'>): readonly Task[] {
  const { run, live, shard } = task;
  let { succeeded, failed } = task;
  let letters: readonly Task[] = [];
  const closed = moment.commit(run.gen, shard, run, { type: 'close' }, []);
  if (closed !== null) {
    if (closed.dropped !== undefined) return []; // a rewind came first
    letters = effectsOf(run.gen, closed.effects);
    succeeded += closed.state.ledger.succeeded;
    failed += closed.state.ledger.failed;
  }
  return [...letters, ...closeNext(run, live, shard + 1, succeeded, failed)];
}

export function house(moment: Moment, task: TaskOf<'close' | 'house'>): readonly Task[] {
  const { run, live, succeeded, failed } = task;
  const again = live !== null && moment.model.rules.provesLiveLeftOver;
  const event = { type: 'house', epoch: run.epoch, succeeded, failed, again } as const;
  return moment.change(run.gen, task, event, ({ refused }) =>
    refused === undefined && live !== null ? [{ do: 'delete-live', live }] : [],
  );
}

export function deleteLive(moment: Moment, { live }: TaskOf<'delete-live'>): readonly Task[] {
  if (moment.live?.version === live.version || !moment.model.rules.deletesLiveConditionally) moment.live = null;
  return [];
}
