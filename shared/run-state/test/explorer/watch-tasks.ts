import { generationOf, isTerminal } from '@tally/contracts';
import { claimsInDoubt, failureOverDeadline, failureOverTolerance, type Run } from '../../src/index.ts';
import { demand } from '../checks.ts';
import { headOfSetting } from '../counting-chain.ts';
import { smallPolicy } from './model.ts';
import { type Moment, NOW, overdue } from './moment.ts';
import type { ShardRows, Task } from './state.ts';
import { effectsOf } from './work-tasks.ts';

type TaskOf<Name extends Task['do']> = Extract<Task, { do: Name }>;

/** A watchdog's pass. One that comes when nothing else can happen finds everything overdue; an early one whatever the schedule wants. */
export function watch(moment: Moment, { isEarly }: TaskOf<'watch'>): readonly Task[] {
  const { run, live } = moment;
  if (live === null) return [];
  if (run === null) {
    const ends = live.forStart && moment.model.rules.endsUnwrittenRuns;
    return ends ? [{ do: 'touch-live', by: 'start' }, { do: 'end-unwritten' }] : [{ do: 'delete-live', live }];
  }
  const { gen } = run;
  if (isTerminal(run.status)) return [{ do: 'keep', gen }];
  if (run.status === 'Pending') return [{ do: 'end', gen, failure: null }];
  const late = failureOverDeadline(run, moment.now());
  if (late !== null) return [{ do: 'end', gen, failure: late }];
  if (run.status === 'Suspended') return [];
  if (run.counted.length === run.shards) return [{ do: 'settle', gen }];
  const repairs = Array.from(
    { length: run.shards },
    (_, shard): Task => ({ do: 'repair', run, shard, tok: moment.fresh(), isEarly }),
  );
  return repairs;
}

export function repair(moment: Moment, task: TaskOf<'repair'>): readonly Task[] {
  const { run, shard, tok, isEarly } = task;
  const { gen } = run;
  const isLast = shard === run.shards - 1;
  const tolerance: readonly Task[] = isLast ? overTolerance(moment, run) : [];
  const rows = moment.rowsOf(gen, shard);
  const hasTolerance = run.options.tolerance.count !== undefined;
  if (rows === null || (run.counted.includes(shard) && !hasTolerance)) return tolerance;
  const late = chosen(moment, rows, isEarly);
  const held = overdue(rows, late);
  const event = { type: 'repair', headInsertedAt: null, chance: { tok, jitter: 0.5 } } as const;
  const numbers = claimsInDoubt(held.ledger, smallPolicy.repair, NOW, null).map(({ chunk }) => chunk);
  const decision = moment.commit(gen, shard, run, event, numbers, held);
  if (decision === null) return tolerance;
  const { ledger } = decision.state;
  const isLeft = ledger.open.some((entry) => late.includes(entry.chunk) && entry.by !== tok);
  demand(decision.dropped !== undefined || !isLeft, 'I6: an overdue claim was neither sent again nor given up');
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  if (ledger.epoch < run.epoch) return [{ do: 'dispatch', run, shard, tok: moment.fresh() }, ...tolerance];
  return [...effectsOf(gen, decision.effects), ...tolerance];
}

/** Which claims are overdue: all; where the schedule chooses, also none, or any one of them. */
function chosen(moment: Moment, { ledger }: ShardRows, isEarly: boolean): readonly number[] {
  const all = ledger.open.map(({ chunk }) => chunk);
  if (!isEarly) return all;
  const subsets = [[], ...all.map((chunk) => [chunk]), ...(all.length > 1 ? [all] : [])];
  return subsets[moment.choose(subsets.length)] ?? [];
}

function overTolerance(moment: Moment, run: Run): readonly Task[] {
  let failed = 0;
  for (let shard = 0; shard < run.shards; shard += 1) failed += moment.rowsOf(run.gen, shard)?.ledger.failed ?? 0;
  const failure = failureOverTolerance(run, failed);
  return failure === null ? [] : [{ do: 'end', gen: run.gen, failure }];
}

/** A live row without run row gets an ended run, so that a slow start can't come through any more. */
export function endUnwritten(moment: Moment): readonly Task[] {
  if (moment.run !== null) return [];
  moment.generations += 1;
  const gen = generationOf(NOW + moment.generations);
  const head = headOfSetting({ shards: [], windowChunks: 1 }, gen, NOW);
  const error = { code: 'IntakeInterrupted', message: 'nothing was written' };
  moment.writeRun({ ...head, status: 'Failed', endedAt: NOW, housed: null, error }, {});
  return [{ do: 'keep', gen }];
}
