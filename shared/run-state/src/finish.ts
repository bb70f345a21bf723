import type { Fold, Json } from '@tally/contracts';
import { cutRunFailure } from './cut-words.ts';
import { failureOverDeadline } from './deadline.ts';
import type { Effect } from './effects.ts';
import type { Marker } from './ledger.ts';
import { type HistoryEntry, headOf, type Run, type RunFailure, type RunHead, type RunIn } from './run.ts';
import type { GateVerdict, RunDecision, RunEvent, Summarize, Times } from './run-events.ts';
import { mergeFailures } from './tally.ts';
import { failureOverTolerance, hasTolerance } from './tolerance.ts';

type Outcome = { status: 'Completed'; output: Json } | { status: 'Failed'; error: RunFailure };

/**
 * When all shards are counted: opens the gate, passes it, or ends the run. Called again by whoever finds the run so, with the same result.
 */
export function settleRun<Folded>(
  run: RunIn<'Running'>,
  event: Extract<RunEvent<Folded>, { type: 'settle' }>,
  fold: Pick<Fold<never, never, Folded>, 'empty' | 'merge'>,
  summarize: Summarize<Folded>,
  { at, now }: Times,
): RunDecision<Folded> {
  const policy = run.options.gate;
  // Whoever comes to end it; and each shard may have stayed below the limit that they pass together.
  const failure = failureOverDeadline(run, at) ?? failureOverTolerance(run, failedOf(event.markers));
  if (failure !== null) return failRun(run, failure, at);
  const outcome = outcomeOf(run, event.markers, fold, summarize);
  const finish = () => finishRun<Folded>(run, outcome, at);
  // A run that fails anyway asks for no answer: none would change how it ends.
  if (policy === undefined || run.gate.state === 'passed' || outcome.status === 'Failed') return finish();
  // A stored event wins, whoever comes first to look: the message of the event, or that of the time-out.
  if (event.verdict !== null) return event.verdict.approved ? finish() : finishRun(run, rejected(event.verdict), at);
  if (run.gate.state === 'absent') {
    const opened: Run = { ...run, gate: { state: 'waiting', until: now + policy.timeoutMs }, updatedAt: at };
    const effects: Effect[] = [
      { type: 'send-gate-timeout', event: policy.event, delayMs: policy.timeoutMs },
      { type: 'read-event', event: policy.event },
    ];
    return { run: opened, history: [{ at, type: 'GateOpened', detail: { event: policy.event } }], effects };
  }
  if (now < run.gate.until) return { run, history: [], effects: [] };
  return policy.onTimeout === 'complete' ? finish() : finishRun(run, timedOut(policy.event), at);
}

/** Ends a run before its time: as if terminated, with status Failed. */
export function failRun<Folded>(run: Run, failure: RunFailure, at: number): RunDecision<Folded> {
  return endRun({ ...headOf(run), epoch: run.epoch + 1 }, { status: 'Failed', error: failure }, at);
}

function finishRun<Folded>(run: Run, outcome: Outcome, at: number): RunDecision<Folded> {
  return endRun(headOf(run), outcome, at);
}

function endRun<Folded>(head: RunHead, ending: Outcome, at: number): RunDecision<Folded> {
  // Others' words may be in it, of any length.
  const outcome = ending.status === 'Failed' ? { ...ending, error: cutRunFailure(ending.error) } : ending;
  const detail: Json =
    outcome.status === 'Failed' ? { code: outcome.error.code, message: outcome.error.message } : null;
  const history: HistoryEntry[] = [{ at, type: outcome.status, detail }];
  const run: Run = { ...head, updatedAt: at, endedAt: at, housed: null, ...outcome };
  return { run, history, effects: [{ type: 'housekeep' }] };
}

/** What becomes of a run's results, or that its chain can't make an output of them: it would try that for ever (I6). */
function outcomeOf<Folded>(
  run: Run,
  markers: readonly Marker<Folded>[],
  fold: Pick<Fold<never, never, Folded>, 'empty' | 'merge'>,
  summarize: Summarize<Folded>,
): Outcome {
  try {
    return joinedOutcome(run, sumMarkers(markers, fold), summarize);
  } catch (error) {
    return { status: 'Failed', error: outputFailure(String(error)) };
  }
}

/** The results are there, and no output can be made of them, or kept. */
export function outputFailure(reason: string): RunFailure {
  return { code: 'OutputFailed', message: `no output could be made of the results: ${reason}` };
}

/**
 * A settled join: the run completes and says what has failed. Where nothing succeeded it has failed, unless the caller has said how many failed items it bears:
 * then that alone decides.
 */
function joinedOutcome<Folded>(run: Run, total: Marker<Folded>, summarize: Summarize<Folded>): Outcome {
  if (total.succeeded > 0 || hasTolerance(run)) return { status: 'Completed', output: summarize(run, total) };
  const [first] = total.failures;
  const example = first === undefined ? '' : `; ${first.count} by ${first.code}: ${first.example.message}`;
  const all = total.failed === 1 ? 'the only item has failed' : `all ${total.failed} items have failed`;
  return { status: 'Failed', error: { code: 'AllItemsFailed', message: `${all}${example}` } };
}

function rejected(verdict: GateVerdict): Outcome {
  return { status: 'Failed', error: { code: 'Rejected', message: verdict.reason ?? 'the awaited event said no' } };
}

function timedOut(event: string): Outcome {
  return { status: 'Failed', error: { code: 'GateTimeout', message: `no event "${event}" came in time` } };
}

/** Failed items of all shards: no fold is needed for it. */
export function failedOf(markers: readonly Pick<Marker<unknown>, 'failed'>[]): number {
  return markers.reduce((sum, marker) => sum + marker.failed, 0);
}

/** The markers of all shards as one. */
export function sumMarkers<Folded>(
  markers: readonly Marker<Folded>[],
  fold: Pick<Fold<never, never, Folded>, 'empty' | 'merge'>,
): Marker<Folded> {
  const start: Marker<Folded> = { shard: 0, succeeded: 0, failed: 0, failures: [], fold: fold.empty };
  return markers.reduce(
    (sum, marker) => ({
      shard: 0,
      succeeded: sum.succeeded + marker.succeeded,
      failed: sum.failed + marker.failed,
      failures: mergeFailures(sum.failures, marker.failures),
      fold: fold.merge(sum.fold, marker.fold),
    }),
    start,
  );
}
