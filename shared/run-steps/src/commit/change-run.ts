import {
  decideRun,
  type Effect,
  MissingOutputError,
  type Refusal,
  type Run,
  type RunDecision,
  type RunEvent,
} from '@tally/run-state';
import {
  isSameRun,
  type RunStore,
  retrying,
  runPlace,
  type StoredRun,
  UnknownOutcomeError,
  UnreadableRowError,
} from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { rulesFor } from '../context/rules.ts';

/** What an event led to: the run as it stands now, and what is to be done after the commit (I4). */
export interface RunChange {
  readonly run: Run;
  /** The run as it was when the event was decided. */
  readonly before: Run;
  readonly effects: readonly Effect[];
  readonly refused?: Refusal | undefined;
  /** When an event that was refused as too early can be believed, in milliseconds since 1970. */
  readonly from?: number | undefined;
}

/**
 * R8: this process can't judge what follows from an event, because it doesn't know the run's chain in that
 * version.
 */
export class UnknownChainError extends Error {
  override readonly name = 'UnknownChainError';
  readonly run: Run;

  constructor(run: Run) {
    super(`this app does not know chain "${run.name}" in version ${run.chainVersion}`);
    this.run = run;
  }
}

/** What can be decided from the run row alone. */
const NEEDS_NO_CHAIN: ReadonlySet<RunEvent['type']> = new Set([
  'interrupt',
  'suspend',
  'terminate',
  'set-window',
  'finalize',
  'task-outbox-delivered',
]);

/**
 * Decides an event on the run as it is and writes the result under If-Match (I8). If another write came
 * first, it decides again.
 * @param generation the generation that is meant; null: the one that is there
 * @param event the event, or a function that makes it from the run that was read
 * @param known the run as the caller has just read it
 * @returns null where there is no such run
 * @throws UnknownChainError, UnreadableRowError, UnsettledError
 */
export async function changeRun(
  context: StepContext,
  runId: string,
  generation: string | null,
  event: RunEvent | ((stored: StoredRun) => Promise<RunEvent>),
  known?: StoredRun,
): Promise<RunChange | null> {
  const { store, registry, now, chance } = context;
  // One chance for all tries: a write whose answer was lost is recognized by its token.
  const circumstances = { chance: chance() };
  const read = async () => (needsRowAlone(event) ? await readRowAlone(store, runId) : await store.readWhole(runId));
  return await retrying(store, `change the run ${runId}`, async (failures) => {
    const before = failures === 0 && known !== undefined ? known : await read();
    if (before === null || (generation !== null && before.run.generation !== generation)) return null;
    // Taken before the reads that the event needs. So an external event that came before a wait's time was
    // over is seen, however slow the reads are.
    const at = now();
    const chosen = typeof event === 'function' ? await event(before) : event;
    const rules = rulesFor(registry, before.run);
    if (rules.isUnknown === true && !NEEDS_NO_CHAIN.has(chosen.type)) throw new UnknownChainError(before.run);
    const decision = decide(before, chosen, rules, { ...circumstances, now: at });
    const { effects, refused, from } = decision;
    if (decision.run === before.run) return { run: decision.run, before: before.run, effects, refused, from };
    const written = await writeDecision(context, before, decision);
    return { run: written, before: before.run, effects, refused, from };
  });
}

/** Events that depend on the run row alone. They must get through where a row beside it is broken. */
function needsRowAlone(event: Parameters<typeof changeRun>[3]): boolean {
  return typeof event !== 'function' && (event.type === 'finalize' || event.type === 'interrupt');
}

async function readRowAlone(store: Pick<RunStore, 'readRun'>, runId: string): Promise<StoredRun | null> {
  const read = await store.readRun(runId);
  const records = { input: null, tasks: new Map(), outputs: new Map(), events: new Map() };
  return read === null ? null : { run: read.value, etag: read.etag, records, rows: new Map() };
}

/**
 * @throws UnreadableRowError where a row that the run row refers to is missing: more tries don't help (I6)
 */
function decide(...[whole, ...given]: Parameters<typeof decideRun>): RunDecision {
  try {
    return decideRun(whole, ...given);
  } catch (error) {
    if (error instanceof MissingOutputError)
      throw new UnreadableRowError(runPlace(whole.run.runId), 'nodes', error.message);
    throw error;
  }
}

/**
 * @returns the written run
 * @throws ConflictError, UnknownOutcomeError where it isn't written and must be decided again
 */
async function writeDecision(
  { store }: StepContext,
  before: StoredRun,
  { run, writes, history }: RunDecision,
): Promise<Run> {
  try {
    await store.writeRun(before, { run, writes, history });
    return run;
  } catch (error) {
    if (!(error instanceof UnknownOutcomeError)) throw error;
    // The answer was lost. The row shows whether the write took effect: then it has changed since it was
    // read, to what was decided, because each write has a time of its own.
    const now = await store.readRun(run.runId);
    if (now !== null && isSameRun(now.value, run)) return now.value;
    throw error;
  }
}
