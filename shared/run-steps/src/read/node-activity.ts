import type { ChainDefinition } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import { isOver, type NodeState, type Run } from '@tally/run-state';
import type { RunCounts } from '../context/counts-cache.ts';
import { sumCounts } from './read-counts.ts';

/** The activity of a node, as numbers of the runs that were looked at. */
export interface NodeActivity {
  readonly chain: string;
  readonly node: string;
  /** Unfinished runs in which the node is at work. */
  readonly atWork: number;
  /** Of these, and of the claims of maps, those whose message stays hidden until its time has come. */
  readonly delayed: number;
  readonly waiting: number;
  readonly done: number;
  readonly failed: number;
  /** Results a second. They are those of the last minute, or for an open map all since it opened. */
  readonly rate: number;
  /** For a map, its items in unfinished runs; null where it has none, or they were not counted. */
  readonly items: RunCounts | null;
}

/** A hop between two nodes of a chain, in the runs that were looked at. */
export interface HopActivity {
  readonly chain: string;
  readonly from: string;
  readonly to: string;
  /** Runs that have passed over it. */
  readonly passed: number;
  /** Unfinished runs in which the first node is done, and the second waits for others. */
  readonly held: number;
}

/** What was read about an open map of a run. */
export interface OpenMap {
  readonly run: Run;
  readonly node: string;
  readonly openedAt: number;
  /** Null: one look doesn't read that much. */
  readonly counts: RunCounts | null;
  /** Claims whose message waits for its time. */
  readonly delayed: number;
}

/** The rate counts the results of this last time. */
const RATE_MS = 60_000;

/** The activity of each node, added up over the runs. @param maps what was read about the open maps */
export function nodeActivityOf(runs: readonly Run[], maps: readonly OpenMap[], now: number): NodeActivity[] {
  const found = new Map<string, NodeActivity>();
  const add = (chain: string, node: string, more: Standing) => {
    const key = `${chain}/${node}`;
    found.set(key, together(found.get(key) ?? { chain, node, ...NOTHING }, { ...NOTHING, ...more }));
  };
  for (const run of runs)
    for (const [node, state] of Object.entries(run.nodes)) add(run.name, node, standingOf(run, state, now));
  for (const { run, node, openedAt, counts, delayed } of maps) {
    const done = counts === null ? 0 : counts.succeeded + counts.failed;
    add(run.name, node, { delayed, items: counts, rate: (done * 1_000) / Math.max(1_000, now - openedAt) });
  }
  return [...found.values()];
}

type Numbers = Omit<NodeActivity, 'chain' | 'node'>;
type Standing = Partial<Numbers>;

const NOTHING: Numbers = { atWork: 0, delayed: 0, waiting: 0, done: 0, failed: 0, rate: 0, items: null };

function together(known: NodeActivity, more: Numbers): NodeActivity {
  const items = [known.items, more.items].filter((counts) => counts !== null);
  return {
    ...known,
    atWork: known.atWork + more.atWork,
    delayed: known.delayed + more.delayed,
    waiting: known.waiting + more.waiting,
    done: known.done + more.done,
    failed: known.failed + more.failed,
    rate: known.rate + more.rate,
    items: items.length === 0 ? null : sumCounts(items),
  };
}

function standingOf(run: Run, state: NodeState, now: number): Standing {
  switch (state.state) {
    case 'out':
      return isTerminal(run.status)
        ? {}
        : { atWork: 1, ...(state.notBefore !== undefined && state.notBefore > now && { delayed: 1 }) };
    case 'open':
    case 'child':
      return isTerminal(run.status) ? {} : { atWork: 1 };
    case 'waiting':
      return isTerminal(run.status) ? {} : { waiting: 1 };
    case 'stopped':
      return {};
    case 'ended': {
      const { outcome, endedAt, counts, map } = state;
      if (outcome === 'skipped') return {};
      const results = counts === undefined ? 1 : counts.succeeded + counts.failed;
      const isRecent = now - endedAt < RATE_MS;
      // A wait gives no results.
      const isWork = state.attempts !== undefined || map !== undefined;
      return {
        ...(outcome === 'succeeded' ? { done: 1 } : { failed: 1 }),
        ...(isRecent && isWork && { rate: (results * 1_000) / RATE_MS }),
        ...(map !== undefined &&
          counts !== undefined &&
          !isTerminal(run.status) && {
            items: { total: map.total, pending: 0, inFlight: 0, ...counts, aborted: 0 },
          }),
      };
    }
  }
}

/**
 * How runs have passed over the hops of their chains.
 * @param chainOf the chain of a run, where it is known
 */
export function hopActivityOf(runs: readonly Run[], chainOf: (run: Run) => ChainDefinition | undefined): HopActivity[] {
  const found = new Map<string, HopActivity>();
  for (const run of runs) {
    for (const { name: to, after } of chainOf(run)?.nodes ?? []) {
      for (const from of after) {
        const key = `${run.name}/${from}/${to}`;
        const before = found.get(key) ?? { chain: run.name, from, to, passed: 0, held: 0 };
        const { passed, held } = passageOf(run, from, to);
        found.set(key, { ...before, passed: before.passed + passed, held: before.held + held });
      }
    }
  }
  return [...found.values()];
}

function passageOf(run: Run, from: string, to: string): { readonly passed: number; readonly held: number } {
  const [before, behind] = [run.nodes[from], run.nodes[to]];
  const isThrough = before?.state === 'ended' && before.outcome !== 'skipped';
  if (!isThrough) return { passed: 0, held: 0 };
  if (behind === undefined) return { passed: 0, held: isTerminal(run.status) ? 0 : 1 };
  const isSkipped = isOver(behind) && behind.state === 'ended' && behind.outcome === 'skipped';
  return { passed: isSkipped ? 0 : 1, held: 0 };
}
