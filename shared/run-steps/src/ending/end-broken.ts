import { createdAtOf, generationOf, isTerminal } from '@tally/contracts';
import { endAtOnce, type Run, type RunIn } from '@tally/run-state';
import {
  type BrokenRowError,
  ConflictError,
  type LiveRow,
  type RunWrite,
  UnreadableRowError,
  type UnreadableRun,
} from '@tally/run-store';
import { unlessBroken } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { finalizeRun } from './finalize-run.ts';

/**
 * A run is ended after this many passes in a row with a broken row. That is two minutes, in which a person
 * may correct the row.
 */
const BROKEN_PASSES = 4;

/**
 * A pass has found a row of the run broken. This ends the run if that has lasted long (I6), and notes it
 * otherwise.
 * @returns whether the run was ended
 */
export async function endBroken(context: StepContext, live: LiveRow, error: BrokenRowError): Promise<boolean> {
  const passes = live.brokenPasses + 1;
  if (passes < BROKEN_PASSES) {
    await context.store.noteLive(live, { brokenPasses: passes });
    return false;
  }
  const run = await context.store.lookAtRun(live.runId);
  if (run === null) return false;
  if ('error' in run) return await endUnreadable(context, live.runId, run);
  const { value, etag } = run;
  if (isTerminal(value.status)) return false;
  // By the run row alone, because a row beside it may be the broken one. No closing node runs.
  const at = Math.max(context.now(), value.updatedAt + 1);
  const { code, message } = error;
  const ended = endAtOnce(value, { code, message }, at);
  return await replaceRun(context, { generation: value.generation, etag }, { run: ended.run, history: ended.history });
}

/**
 * Replaces a run row that can't be read with a Failed run that holds everything known. I8: it replaces the
 * row as it was read, so a row that was corrected meanwhile stays.
 * @returns false where the row isn't the one that was read any more
 * @throws UnreadableRowError where another version of Tally wrote the row: it may say more to that version
 */
export async function endUnreadable(context: StepContext, runId: string, unreadable: UnreadableRun): Promise<boolean> {
  const { error, etag } = unreadable;
  if (error.isOfAnotherVersion) throw error;
  if (isOfNewerChain(context, unreadable)) {
    const reason = `${unreadable.chainVersion}: the version of its chain is newer than all versions that this app knows`;
    throw new UnreadableRowError(error.place, 'chainVersion', reason, { isOfAnotherVersion: true });
  }
  const run = await failedRunOf(context, runId, unreadable);
  const history = [{ at: run.endedAt, type: 'Failed', detail: { ...run.error } } as const];
  // If the generation is unknown, it is a new one, and no input row belongs to it.
  const input = unreadable.generation === undefined ? null : undefined;
  return await replaceRun(context, { generation: run.generation, etag }, { run, input, history });
}

async function replaceRun(
  context: StepContext,
  standing: { readonly generation: string; readonly etag: string },
  write: RunWrite,
): Promise<boolean> {
  try {
    await context.store.writeRun(standing, write);
  } catch (conflict) {
    if (conflict instanceof ConflictError) return false;
    throw conflict;
  }
  await finalizeRun(context, write.run);
  return true;
}

/** Whether it is of a chain that is known here, in a version above all known ones. */
function isOfNewerChain({ registry }: StepContext, { name, chainVersion }: UnreadableRun): boolean {
  if (name === undefined || chainVersion === undefined) return false;
  const versions = registry.chains.filter((chain) => chain.name === name).map(({ version }) => version);
  return chainVersion > Math.max(0, ...versions);
}

async function failedRunOf(context: StepContext, runId: string, known: UnreadableRun): Promise<RunIn<'Failed'>> {
  const { registry, now } = context;
  const at = Math.max(now(), (known.updatedAt ?? 0) + 1);
  const generation = known.generation ?? generationOf(at);
  const opened = known.opened ?? [];
  const epoch = known.epoch ?? (await highestEpoch(context, { runId, generation, opened }));
  const { code, message } = known.error;
  const [first] = registry.chains;
  return {
    ...{
      runId,
      generation,
      name: known.name ?? first?.name ?? '',
      chainVersion: known.chainVersion ?? first?.version ?? 1,
    },
    ...{ epoch: epoch + 1, nodes: known.nodes ?? {}, opened, outbox: [] },
    ...{
      options: known.options ?? { tolerance: {} },
      createdAt: known.createdAt ?? createdAtOf(generation),
      updatedAt: at,
    },
    ...{ input: known.input ?? null, traceparent: known.traceparent, parent: known.parent },
    ...{ status: 'Failed', endedAt: at, finalized: null, error: { code, message } },
  };
}

/** A ledger is never of a later epoch than its run. */
async function highestEpoch(
  { maps }: StepContext,
  { runId, generation, opened }: Pick<Run, 'runId' | 'generation' | 'opened'>,
): Promise<number> {
  let highest = 1;
  for (const { node, since, shards } of opened) {
    for (let shard = 0; shard < shards; shard += 1) {
      const key = shardKeyOf({ runId, generation, node, since }, shard);
      const ledger = await unlessBroken(() => maps.any.store.readLedger(key));
      highest = Math.max(highest, ledger?.value.epoch ?? 0);
    }
  }
  return highest;
}
