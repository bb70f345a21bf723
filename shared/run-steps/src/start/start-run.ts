import { policyOf } from '@tally/chain';
import { generationOf, isTerminal, type Json } from '@tally/contracts';
import {
  decideShard,
  type Ledger,
  type Plan,
  type PlannedShard,
  planRun,
  type Run,
  type RunIn,
  type RunOptions,
  type SendChunk,
  untouchedChunk,
} from '@tally/run-state';
import { ConflictError, isSameRun, type ShardRows, UnknownOutcomeError } from '@tally/run-store';
import { housekeepRun } from '../collect/housekeep-run.ts';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';

export interface StartRequest<Item> {
  readonly runId: string;
  /** Validated by the caller; at least one. */
  readonly items: readonly Item[];
  readonly options: RunOptions;
  /** Items that may be claimed at once; absent: the chain's default. */
  readonly window?: number | undefined;
  /** What the caller sent, for the status; the whole of it where it is small. */
  readonly input: Json;
  readonly traceparent?: string | undefined;
}

export type StartResult =
  | { readonly kind: 'started'; readonly run: Run }
  /** A run of this id lives. */
  | { readonly kind: 'exists'; readonly run: Run };

/** Shards whose rows are written at once: enough to hide the latency, few enough not to crowd the account. */
const SHARDS_AT_ONCE = 4;

/**
 * Starts a run. The order of the writes is what makes every interruption harmless: a live row first, so that the watchdog sees
 * whatever follows; then the run row, Pending, on what was read (I8); then its line in the listing, chunks and ledgers; then Running; only
 * then messages.
 */
export async function startRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  request: StartRequest<Item>,
): Promise<StartResult> {
  await context.heartbeat.beat(context.chain.dispatch.name);
  const plan = planRun(request.items.length, context.chain.sizing);
  const claimed = await claimId(context, request, plan);
  if (claimed.kind === 'exists') return claimed;
  const pending = claimed.run;
  const [first] = plan.shards;
  if (plan.shards.length === 1 && first !== undefined) return await startOneShard(context, request, pending, first);

  await context.store.indexByDay(pending);
  for (let next = 0; next < plan.shards.length; next += SHARDS_AT_ONCE) {
    const group = plan.shards.slice(next, next + SHARDS_AT_ONCE);
    await Promise.all(
      group.map((shard) => insertShard(context, request, pending, initialLedger(context, shard), shard)),
    );
  }
  const run = await makeReady(context, pending);
  if (isTerminal(run.status)) return { kind: 'started', run };
  await performEffects(context, run, [{ type: 'send-dispatch', epoch: run.epoch, tok: context.chance().tok }]);
  return { kind: 'started', run };
}

/** One shard needs no dispatch: its ledger is inserted with the first claims, and their messages sent from here. */
async function startOneShard<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  request: StartRequest<Item>,
  pending: RunIn<'Pending'>,
  shard: PlannedShard,
): Promise<StartResult> {
  const chance = context.chance();
  const running: Run = { ...pending, status: 'Running', gate: { state: 'absent' } };
  const empty = { run: running, ledger: initialLedger(context, shard), chunks: new Map() };
  const event = { type: 'dispatch', tok: chance.tok, chance } as const;
  const claimed = decideShard(empty, event, policyOf(context.chain), context.now());
  // Side by side, for the caller of a small run waits: the line of the listing is needed by nobody else.
  const [rows] = await Promise.all([
    insertShard(context, request, pending, claimed.state.ledger, shard),
    context.store.indexByDay(pending),
  ]);
  const run = await makeReady(context, pending);
  if (isTerminal(run.status)) return { kind: 'started', run };
  const sends = claimed.effects.filter((effect): effect is SendChunk => effect.type === 'send-chunk');
  await performEffects(context, run, sends, rows);
  return { kind: 'started', run };
}

type Claimed = Extract<StartResult, { kind: 'exists' }> | { readonly kind: 'claimed'; readonly run: RunIn<'Pending'> };

/** The new run, Pending, in possession of its id; or the run that lives there. */
async function claimId<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  request: StartRequest<Item>,
  plan: Plan,
): Promise<Claimed> {
  const { store, chain } = context;
  for (;;) {
    const before = await store.readRun(request.runId);
    if (before !== null && !isTerminal(before.value.status)) return { kind: 'exists', run: before.value };
    const now = context.now();
    // After the run row was read, and anew with each try: that is what a housekeeper of the run that stood here goes by.
    // Absence has no version: a start that found no run, slept while another of this id began, ended and was purged, and then dies right after its first write
    // would leave a Pending run without a live row. That takes longer than a call may last; the run can be terminated.
    await store.touchLive(request.runId, now, 'start');
    // The rows of the run that stood here are noted for deletion before anything forgets its generation.
    if (before !== null) await store.queuePurge(before.value.runId, before.value.gen, before.value.shards);
    const run = pendingRun(context, request, plan, Math.max(now, (before?.value.createdAt ?? 0) + 1));
    const detail: Json = { chain: chain.name, items: run.total, shards: run.shards };
    const history = [{ at: run.createdAt, type: 'Started', detail }];
    try {
      await store.writeRun(before, { run, dropMarkers: before !== null, history });
      return { kind: 'claimed', run };
    } catch (error) {
      // Another start of this id was faster: look again.
      if (error instanceof ConflictError) continue;
      if (!(error instanceof UnknownOutcomeError)) throw error;
      // The answer was lost. If the row is ours it has our time and input; else nobody has written, or another: look again.
      const standing = await store.readRun(request.runId);
      if (standing !== null && isSameRun(standing.value, run)) return { kind: 'claimed', run };
    }
  }
}

function pendingRun<Item, Result, Folded>(
  { chain }: StepContext<Item, Result, Folded>,
  request: StartRequest<Item>,
  plan: Plan,
  createdAt: number,
): RunIn<'Pending'> {
  return {
    status: 'Pending',
    runId: request.runId,
    gen: generationOf(createdAt),
    name: chain.name,
    chainVersion: chain.version,
    epoch: 1,
    reopenEpoch: 0,
    total: request.items.length,
    shards: plan.shards.length,
    chunkItems: plan.chunkItems,
    window: request.window ?? chain.windowChunks * plan.chunkItems,
    counted: [],
    options: request.options,
    createdAt,
    updatedAt: createdAt,
    input: request.input,
    customStatus: null,
    traceparent: request.traceparent,
  };
}

function initialLedger<Item, Result, Folded>(
  { chain }: StepContext<Item, Result, Folded>,
  shard: PlannedShard,
): Ledger<Folded> {
  return {
    shard: shard.shard,
    first: shard.first,
    count: shard.count,
    epoch: 0,
    closed: false,
    todo: [[0, shard.chunks.length - 1]],
    open: [],
    owed: [],
    slowestMs: 0,
    succeeded: 0,
    failed: 0,
    failures: [],
    fold: chain.fold.empty,
  };
}

async function insertShard<Item, Result, Folded>(
  { store, chain }: StepContext<Item, Result, Folded>,
  { items }: StartRequest<Item>,
  run: Run,
  ledger: Ledger<Folded>,
  shard: PlannedShard,
): Promise<ShardRows<Item, Result, Folded>> {
  const chunks = shard.chunks.map(({ chunk, first, count }) =>
    untouchedChunk<Item, Result>(chunk, first, items.slice(first, first + count)),
  );
  return await store.insertShard(shardKeyOf(run, chain.work.name, shard.shard), ledger, chunks);
}

/**
 * Writes that all rows of the run are there.
 *
 * A run that was ended meanwhile, by its caller or as cut short, has had its housekeeping before some of its rows were there: those are closed now (I5). One that was
 * even purged gets them deleted, for nobody else knows that they are there.
 * @returns the run that was started; or that was terminated while it was: then it has started and ended
 * @throws Error where the watchdog has given it up meanwhile: the caller starts anew
 */
async function makeReady<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  pending: RunIn<'Pending'>,
): Promise<Run> {
  const { runId, gen, shards } = pending;
  const change = await changeRun(context, runId, gen, { type: 'ready' });
  if (change === null) {
    // Noted first: if the storage fails now, the watchdog goes on.
    await context.store.queuePurge(runId, gen, shards);
    await context.store.purgeGeneration(context.chain.work.name, runId, gen, shards);
  } else if (isTerminal(change.run.status)) await housekeepRun(context, change.run);
  if (change?.run.status === 'Terminated') return change.run;
  if (change === null || change.refused !== undefined) {
    throw new Error(`the start of run ${runId} took too long and was given up; start it again`);
  }
  return change.run;
}
