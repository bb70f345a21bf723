import { generationOf, isTerminal } from '@tally/contracts';
import { mapPlan, mapViewOf, type Parent, type Run, type RunIn } from '@tally/run-state';
import { isSameRun, retrying, UnknownOutcomeError } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { mapAtOnce } from '../context/at-once.ts';
import type { StepContext } from '../context/context.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { followUp } from '../ending/follow-up.ts';
import { tellParent } from '../ending/tell-parent.ts';
import { purgeLeftovers } from '../purge/purge-leftovers.ts';
import { beginRun } from './begin-run.ts';
import { firstClaims, type StartedShard } from './first-claims.ts';
import { insertShard } from './insert-shard.ts';
import { type RootItems, rootItemsOf } from './root-items.ts';
import type { StartRequest, StartResult } from './start-request.ts';
import { wakeWorkers } from './wake-workers.ts';

/** Shards that are written, or sent for, at once: enough to hide the latency, few enough not to overload the account. */
const SHARDS_AT_ONCE = 4;

/**
 * Starts a run. The order of the writes makes every interruption harmless. The live row comes first, so that
 * the watchdog sees whatever follows. Then comes the run row on what was read (I8), with its input and what
 * opens at once. Then comes its line in the listing, and only then messages that permit something.
 *
 * A chain whose items are its input has more to write: its run is Pending until all chunks and ledgers are
 * there.
 */
export async function startRun(context: StepContext, request: StartRequest): Promise<StartResult> {
  await context.heartbeat.beat('intake');
  const root = rootItemsOf(context, request);
  const waking = root === null ? null : wakeWorkers(context, request, root, 0);
  const [claimed] = await Promise.all([claimId(context, request, root), waking]);
  if (claimed.kind === 'exists') return claimed;
  if (root !== null) return await startItems(context, claimed.run, root);
  const { run } = claimed;
  if (request.parent !== undefined) return await startForParent(context, run, request.parent);
  await Promise.all([context.store.indexByDay(run), followUp(context, { ...claimed, before: run, run })]);
  return { kind: 'started', run };
}

/** For a child, as {@link startForParent} says. */
async function readyEvent({ runs }: StepContext, parent: Parent | undefined) {
  if (parent === undefined) return { type: 'ready' } as const;
  const run = await runs.fresh(parent.runId);
  const state = run?.generation === parent.generation ? run.nodes[parent.node] : undefined;
  const isWanted = state?.state === 'child' && state.since === parent.since;
  return isWanted ? ({ type: 'ready' } as const) : ({ type: 'terminate', reason: 'its parent has moved on' } as const);
}

/**
 * R12: a child begins only if its parent still waits for it, read after the child was written. A parent that
 * was stopped before that has found no child to end.
 */
async function startForParent(context: StepContext, child: Run, parent: Parent): Promise<StartResult> {
  await context.store.indexByDay(child);
  const changed = await changeRun(context, child.runId, child.generation, await readyEvent(context, parent));
  if (changed !== null) await followUp(context, changed);
  return { kind: 'started', run: changed?.run ?? child };
}

type Claimed =
  | Extract<StartResult, { kind: 'exists' }>
  | { readonly kind: 'claimed'; readonly run: Run; readonly effects: Parameters<typeof performEffects>[2] };

/**
 * The new run that holds its id, or the run that lives there.
 * @throws UnsettledError
 */
async function claimId(context: StepContext, request: StartRequest, root: RootItems | null): Promise<Claimed> {
  const { store, now, chance } = context;
  return await retrying(store, `begin the run ${request.runId}`, async () => {
    const standing = await store.readRun(request.runId);
    const before = standing?.value ?? null;
    if (before !== null && !mayGiveWay(before, request)) return { kind: 'exists', run: before };
    const at = now();
    // After the run row was read, and again with each try: a finalizer of the run that stood here relies on
    // that. An absent row has no version. So a start can find no run and sleep while another run of this id
    // begins, ends and is purged. If it then dies right after its first write, it leaves a Pending run
    // without a live row. That takes longer than a call may last, and the run can be terminated.
    await store.touchLive(request.runId, at, 'start');
    // The rows of the run that stood here are noted for deletion before its generation is overwritten.
    if (before !== null) {
      await store.queuePurge(before.runId, before.generation, before.opened);
      // R12: a child's outcome is lost with its row.
      await tellParent(context, before);
    }
    const pending = pendingRun(request, root, Math.max(at, (before?.createdAt ?? 0) + 1));
    const begun = beginRun(request, pending, root === null, { now: at, chance: chance() });
    try {
      const place = standing === null ? null : { generation: standing.value.generation, etag: standing.etag };
      await store.writeRun(place, begun.write);
      return { kind: 'claimed', run: begun.write.run, effects: begun.effects };
    } catch (error) {
      // The answer was lost. If the row is ours, it has our time and input.
      const found = error instanceof UnknownOutcomeError ? await store.readRun(request.runId) : null;
      if (found !== null && isSameRun(found.value, begun.write.run))
        return { kind: 'claimed', run: found.value, effects: begun.effects };
      // The row was not written, or another start of this id came first: look again.
      throw error;
    }
  });
}

/**
 * An ended run gives way to a new one of its id. A child doesn't give way to another start of the same child
 * (R12).
 */
function mayGiveWay(before: Run, { parent }: StartRequest): boolean {
  if (!isTerminal(before.status)) return false;
  const isInterrupted = before.status === 'Failed' && before.error.code === 'IntakeInterrupted';
  return parent === undefined || isInterrupted;
}

function pendingRun(
  { chain, runId, options, ...request }: StartRequest,
  root: RootItems | null,
  at: number,
): RunIn<'Pending'> {
  const head = {
    ...{ runId, generation: generationOf(at), name: chain.name, chainVersion: chain.version, epoch: 1 },
    ...{ outbox: [], options, createdAt: at, updatedAt: at, input: request.shownInput },
    ...{ traceparent: request.traceparent, parent: request.parent, status: 'Pending' as const },
  };
  if (root === null) return { ...head, nodes: {}, opened: [] };
  const { map, items } = root;
  const { name } = map.node;
  const plan = mapPlan(map.node, items.length, '', options);
  const open = { state: 'open', since: 1, openedAt: at, by: '', map: plan } as const;
  return { ...head, nodes: { [name]: open }, opened: [{ node: name, since: 1, shards: plan.shards }] };
}

/**
 * Writes the shards, with the first claims of as many as the start sends messages for. The others are
 * dispatched.
 */
async function startItems(context: StepContext, pending: Run, root: RootItems): Promise<StartResult> {
  const { map, items, plan } = root;
  const { name: node } = map.node;
  const view = mapViewOf({ ...pending, status: 'Running', verdict: null }, { node, since: 1 });
  if (view === null) throw new Error('a run of items has a map');
  const shards = firstClaims(context, map, view, plan.shards);
  const insert = async ({ planned, ledger, sends = [] }: StartedShard) => {
    const { shard } = planned;
    const waking = shard === 0 ? null : wakeWorkers(context, pending, root, shard);
    const [rows] = await Promise.all([insertShard(map, view, items, ledger, planned), waking]);
    return { sends, about: { view, rows } };
  };
  // In parallel, because the caller of a small run waits. No other step needs the line of the listing.
  const [inserted] = await Promise.all([mapAtOnce(shards, SHARDS_AT_ONCE, insert), context.store.indexByDay(pending)]);
  const { run, effects } = await makeReady(context, pending);
  if (isTerminal(run.status)) return { kind: 'started', run };
  const { token } = context.chance();
  const others = shards.filter(({ sends }) => sends === undefined).map(({ planned }) => planned.shard);
  const dispatch = { type: 'send-dispatch', node, since: 1, epoch: run.epoch, token, shards: others } as const;
  await performEffects(context, run, others.length > 0 ? [...effects, dispatch] : effects);
  await mapAtOnce(inserted, SHARDS_AT_ONCE, ({ sends, about }) => performEffects(context, run, sends, about));
  return { kind: 'started', run };
}

/**
 * Writes that all rows of the run are there.
 *
 * A run that was ended meanwhile, by its caller or as cut short, had its finalization before some of its rows
 * were there: they are closed now (I5). If it was purged too, the rows are deleted, because no other process
 * knows of them.
 * @returns the run that was started; or that was terminated during its start: then it has started and ended
 * @throws Error where the watchdog has given it up meanwhile: the caller must start again
 */
async function makeReady(
  context: StepContext,
  { runId, generation, opened, parent }: Run,
): Promise<{ readonly run: Run; readonly effects: Parameters<typeof performEffects>[2] }> {
  const change = await changeRun(context, runId, generation, await readyEvent(context, parent));
  if (change === null) await purgeLeftovers(context, runId, generation, opened);
  else if (isTerminal(change.run.status)) await finalizeRun(context, change.run);
  if (change?.run.status === 'Terminated') return { run: change.run, effects: [] };
  if (change === null || change.refused !== undefined)
    throw new Error(`the start of run ${runId} took too long and was given up; start it again`);
  return change;
}
