import {
  decideRun,
  type Effect,
  outputFailure,
  type Refusal,
  type Run,
  type RunDecision,
  type RunEvent,
  type RunFailure,
} from '@tally/run-state';
import { ConflictError, isSameRun, UnknownOutcomeError, type Versioned, whyUnwritable } from '@tally/run-store';
import { runPolicyOf, type StepContext } from '../context/context.ts';

/** What became of an event: the run as it stands now, and what is to be done after the commit (I4). */
export interface RunChange {
  readonly run: Run;
  /** As it was when that was decided. */
  readonly before: Run;
  readonly effects: readonly Effect[];
  readonly refused?: Refusal | undefined;
}

/**
 * Decides an event on the run row as it is and writes the result under If-Match (I8); where another was faster, decides again.
 * @param gen the generation that is meant; null: whichever is there
 * @param event the event, or how to make it of the row that was read
 * @returns null where there is no such run
 */
export async function changeRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  gen: string | null,
  event: RunEvent<Folded> | ((run: Run) => Promise<RunEvent<Folded>>),
): Promise<RunChange | null> {
  for (;;) {
    const before = await context.store.readRun(runId);
    if (before === null || (gen !== null && before.value.gen !== gen)) return null;
    // Taken before what the event needs is read: an external event that came before a gate's time was over is then seen, however slow the reads are.
    const now = context.now();
    const chosen = typeof event === 'function' ? await event(before.value) : event;
    const decide = (what: RunEvent<Folded>) => decideRun(before.value, what, runPolicyOf(context.chain), now);
    const decision = storable(decide(chosen), (failure) => decide({ type: 'fail', failure }));
    if (decision.run === before.value)
      return {
        run: decision.run,
        before: before.value,
        effects: decision.effects,
        refused: decision.refused,
      };
    const written = await writeDecision(context, before, decision);
    if (written !== null) return { run: written, before: before.value, effects: decision.effects };
  }
}

/** I6: a run whose output its row can't hold would never end; it ends as failed. */
function storable<Folded>(
  decision: RunDecision<Folded>,
  fail: (failure: RunFailure) => RunDecision<Folded>,
): RunDecision<Folded> {
  const reason = decision.run.status === 'Completed' ? whyUnwritable(decision.run) : null;
  return reason === null ? decision : fail(outputFailure(reason));
}

/** The written run, or null where another write came first. */
async function writeDecision<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  before: Versioned<Run>,
  decision: RunDecision<Folded>,
): Promise<Run | null> {
  const { run, marker, dropMarkers, dropEvent, history } = decision;
  try {
    return (await context.store.writeRun(before, { run, marker, dropMarkers, dropEvent, history })).value;
  } catch (error) {
    if (error instanceof ConflictError) return null;
    if (!(error instanceof UnknownOutcomeError)) throw error;
    // The answer was lost. Whether it took effect shows in the row: it has changed since it was read, for each write bears another time, to what was decided.
    const now = await context.store.readRun(run.runId);
    return now !== null && isSameRun(now.value, run) ? now.value : null;
  }
}
