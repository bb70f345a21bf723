import type { TallyFailure, TallyFailureCode } from '@tally/contracts';
import { planRun } from '../plan.ts';
import type { RunFailure, RunOptions } from '../run/run.ts';
import type { ChildRules, ClosingRules, MapRules, NodeRules, Seen, TaskRules, WaitRules } from './chain-rules.ts';
import { digestOf } from './digest.ts';
import type { Draft } from './draft.ts';
import { canKeep } from './keep-value.ts';
import type { MapPlan } from './node-state.ts';
import { hiddenMs, LAST_INSTANT_MS } from './value-limits.ts';

/**
 * What a callback of the chain has thrown, as the failure of its node. An error's own code says more than
 * that it was thrown.
 */
export function failureOfCallback(error: unknown): RunFailure {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return { code: error.code, message: error.message };
  return { code: 'ChainFunctionFailed', message: String(error) } satisfies TallyFailure;
}

/** The failure of a wait whose event has a payload that it can't take. */
export const EVENT_INVALID = 'EventInvalid' satisfies TallyFailureCode;

/**
 * Opens a node that is due. The values that its callbacks give now are the ones that count. A node that can't
 * be opened has failed (I6).
 */
export function openNode(draft: Draft, node: NodeRules | ClosingRules, seen: Seen): void {
  try {
    switch (node.kind) {
      case 'task':
        openTask(draft, node, seen);
        break;
      case 'map':
        openMap(draft, node, seen);
        break;
      case 'wait':
        openWait(draft, node, seen);
        break;
      case 'child':
        openChild(draft, node, seen);
    }
  } catch (error) {
    draft.fail(node.name, failureOfCallback(error));
  }
}

/** The round that is opened now (R1). */
function roundOf(draft: Draft) {
  return { since: draft.run.epoch, openedAt: draft.times.now, by: draft.by };
}

function openTask(draft: Draft, { name, input }: TaskRules | ClosingRules, seen: Seen): void {
  const given = input === undefined ? seen.run.input : input(seen);
  const { since, openedAt, by } = roundOf(draft);
  if (!canKeep(draft, name, 'input', given)) return;
  draft.insertTask(name, since, given);
  draft.opened(name, { state: 'out', since, openedAt, epoch: since, at: openedAt, sends: 0, by, attempt: 1 });
  draft.effect({ type: 'send-task', node: name, since, epoch: since, token: draft.token(), attempt: 1, delayMs: 0 });
}

function openMap(draft: Draft, rules: MapRules, seen: Seen): void {
  const { name } = rules;
  // A root map's items are kept only in its rows, which its start writes. One that opens here has none.
  const items = draft.rules.rootItems === name ? [] : rules.items(seen);
  const misfit =
    items.length > rules.maxItems ? `${items.length} items; at most ${rules.maxItems}` : rules.misfit(items);
  if (misfit !== null) {
    draft.fail(name, { code: 'ItemsInvalid', message: misfit } satisfies TallyFailure);
    return;
  }
  const { since, openedAt, by } = roundOf(draft);
  const plan = mapPlan(rules, items.length, digestOf(items), draft.run.options);
  draft.opened(name, { state: 'open', since, openedAt, by, map: plan });
  if (plan.total === 0) {
    const counts = { succeeded: 0, failed: 0 };
    draft.succeedWith(name, since, { total: 0, ...counts, failures: [], fold: rules.fold.empty }, { counts });
    return;
  }
  draft.run = { ...draft.run, opened: [...draft.run.opened, { node: name, since, shards: plan.shards }] };
  draft.effect({ type: 'send-dispatch', node: name, since, epoch: draft.run.epoch, token: draft.token() });
}

/**
 * R2: how a map's items are cut.
 * @param digest of the items, by which other processes recognise them
 */
export function mapPlan(
  { sizing, windowItems, tolerance = {} }: Pick<MapRules, 'sizing' | 'windowItems' | 'tolerance'>,
  total: number,
  digest: string,
  options: Pick<RunOptions, 'window' | 'tolerance'>,
): MapPlan {
  const isGiven = options.tolerance.count !== undefined || options.tolerance.percentage !== undefined;
  const window = options.window ?? windowItems;
  const { chunkItems, shards } = total === 0 ? { chunkItems: 1, shards: [] } : planRun(total, sizing, window);
  return {
    ...{ total, shards: shards.length, chunkItems, window, counted: [] },
    ...{ digest, reopened: 0, tolerance: isGiven ? options.tolerance : tolerance },
  };
}

function openWait(draft: Draft, { name, until }: WaitRules, seen: Seen): void {
  const { since, openedAt, by } = roundOf(draft);
  const instant = instantOf(until, seen, openedAt);
  draft.opened(name, { state: 'waiting', since, openedAt, until: instant, by });
  if (instant !== null && instant > openedAt) draft.effect(dueEffect(draft, { node: name, since }, instant));
}

/** When a wait is over, in milliseconds since 1970; null: never. @throws RangeError for what is no instant */
function instantOf(until: WaitRules['until'], seen: Seen, now: number): number | null {
  if (until.type === 'delay') return now + until.ms;
  if (until.type === 'instant') {
    const at = Date.parse(until.at(seen));
    if (Number.isNaN(at)) throw new RangeError('the instant to wait for is not an ISO 8601 time');
    return at;
  }
  const { timeoutMs } = until;
  const ms = typeof timeoutMs === 'function' ? timeoutMs(seen) : timeoutMs;
  if (ms === undefined) return null;
  if (!(ms >= 0 && now + ms <= LAST_INSTANT_MS)) throw new RangeError(`a time-out of ${ms} ms`);
  return Math.round(now + ms);
}

/** The message that ends a wait when its time is over. */
export function dueEffect(draft: Draft, round: { readonly node: string; readonly since: number }, until: number) {
  return { type: 'send-due', ...round, token: draft.token(), delayMs: hiddenMs(until - draft.times.now) } as const;
}

function openChild(draft: Draft, { name, input, idOf }: ChildRules, seen: Seen): void {
  const given = input(seen);
  const { since, openedAt, by } = roundOf(draft);
  if (!canKeep(draft, name, 'input', given)) return;
  const { runId: parent, generation } = draft.run;
  const runId = idOf({ runId: parent, generation, node: name, since });
  draft.insertTask(name, since, given);
  draft.opened(name, { state: 'child', since, openedAt, runId, epoch: since, at: openedAt, sends: 0, by });
  draft.effect({ type: 'start-child', node: name, since, token: draft.token() });
}
