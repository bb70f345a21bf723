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
import { housekeepRun } from '../collect/housekeep-run.ts';
import { unlessBroken } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';

/** A run of which a row is broken in this many passes in a row is ended: two minutes, in which somebody may put the row right. */
const BROKEN_PASSES = 4;

/**
 * A pass has found a row of the run broken: ends the run where that is so for long (I6), and else notes it.
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
  // By the run row alone: what stands beside it may be what is broken. No closing node runs.
  const at = Math.max(context.now(), value.updatedAt + 1);
  const { code, message } = error;
  const ended = endAtOnce(value, { code, message }, at);
  return await replaceRun(context, { gen: value.gen, etag }, { run: ended.run, history: ended.history });
}

/**
 * Puts a Failed run, with all that is known, in the place of a run row that can't be read. I8: as it was read, so a row that was put right meanwhile stays.
 * @returns false where the row isn't the one that was read any more
 * @throws UnreadableRowError where a Tally of another version has written the row: to that one it may say more
 */
export async function endUnreadable(context: StepContext, runId: string, unreadable: UnreadableRun): Promise<boolean> {
  const { error, etag } = unreadable;
  if (error.isOfAnotherVersion) throw error;
  if (isOfNewerChain(context, unreadable)) {
    const { place, message } = error;
    throw new UnreadableRowError(place, null, message, { isOfAnotherVersion: true });
  }
  const run = await failedRunOf(context, runId, unreadable);
  const history = [{ at: run.endedAt, type: 'Failed', detail: { ...run.error } }];
  // Where nobody knows the generation it is a new one, and no input row is of that.
  const input = unreadable.gen === undefined ? null : undefined;
  return await replaceRun(context, { gen: run.gen, etag }, { run, input, history });
}

async function replaceRun(
  context: StepContext,
  standing: { readonly gen: string; readonly etag: string },
  write: RunWrite,
): Promise<boolean> {
  try {
    await context.store.writeRun(standing, write);
  } catch (conflict) {
    if (conflict instanceof ConflictError) return false;
    throw conflict;
  }
  await housekeepRun(context, write.run);
  return true;
}

/** Of a chain that is known here, in a version beyond all that are. */
function isOfNewerChain({ registry }: StepContext, { name, chainVersion }: UnreadableRun): boolean {
  if (name === undefined || chainVersion === undefined) return false;
  const versions = registry.chains.filter((chain) => chain.name === name).map(({ version }) => version);
  return chainVersion > Math.max(0, ...versions);
}

async function failedRunOf(context: StepContext, runId: string, known: UnreadableRun): Promise<RunIn<'Failed'>> {
  const { registry, now } = context;
  const at = Math.max(now(), (known.updatedAt ?? 0) + 1);
  const gen = known.gen ?? generationOf(at);
  const opened = known.opened ?? [];
  const epoch = known.epoch ?? (await highestEpoch(context, { runId, gen, opened }));
  const { code, message } = known.error;
  const [first] = registry.chains;
  return {
    ...{ runId, gen, name: known.name ?? first?.name ?? '', chainVersion: known.chainVersion ?? first?.version ?? 1 },
    ...{ epoch: epoch + 1, nodes: known.nodes ?? {}, opened, owed: [] },
    ...{ options: known.options ?? { tolerance: {} }, createdAt: known.createdAt ?? createdAtOf(gen), updatedAt: at },
    ...{ input: known.input ?? null, customStatus: null, traceparent: known.traceparent, parent: known.parent },
    ...{ status: 'Failed', endedAt: at, housed: null, error: { code, message } },
  };
}

/** A ledger never is of a later epoch than its run. */
async function highestEpoch(
  { maps }: StepContext,
  { runId, gen, opened }: Pick<Run, 'runId' | 'gen' | 'opened'>,
): Promise<number> {
  let highest = 1;
  for (const { node, since, shards } of opened) {
    for (let shard = 0; shard < shards; shard += 1) {
      const key = shardKeyOf({ runId, gen, node, since }, shard);
      const ledger = await unlessBroken(() => maps.any.store.readLedger(key));
      highest = Math.max(highest, ledger?.value.epoch ?? 0);
    }
  }
  return highest;
}
