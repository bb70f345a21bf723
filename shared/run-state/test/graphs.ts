import type { Json } from '@tally/contracts';
import {
  type ChainRules,
  type ChildRules,
  type ClosingRules,
  decideRun,
  type Effect,
  type MapRules,
  type NodeRules,
  type Run,
  type RunDecision,
  type RunEvent,
  type RunIn,
  type RunRecords,
  roundKey,
  type ShardSummary,
  type TaskHead,
  type TaskRules,
  type TaskTry,
  type WaitRules,
} from '../src/index.ts';

/** Chains, and a run of one with the rows beside it, for tests of decisions about runs. */
export const NOON = 1_700_000_000_000;

const work = {
  kind: 'task',
  retry: { maxAttempts: 3, firstDelayMs: 1_000, maxDelayMs: 8_000 },
  timeoutMs: 30_000,
  repair: { maxSends: 2 },
} as const;

export function task(name: string, over: Partial<TaskRules> = {}): TaskRules {
  return { ...work, name, after: [], onFailure: 'fail', ...over };
}

export function closing(name: string, over: Partial<ClosingRules> = {}): ClosingRules {
  return { ...work, name, closing: 'whenFailed', ...over };
}

/** A map of this many items, cut into shards of two. Its fold adds numbers up. */
export function map(name: string, items: number, over: Partial<MapRules> = {}): MapRules {
  return {
    ...{ kind: 'map', name, after: [], onFailure: 'fail', windowItems: 4, maxItems: 100, misfit: () => null },
    items: () => Array.from({ length: items }, (_, index) => index),
    sizing: { maxChunkItems: 1, spread: 64, minShardItems: 2, maxShards: 8 },
    fold: { empty: 0, merge: (left, right) => Number(left) + Number(right) },
    ...over,
  };
}

/** Waits for the event of its own name; the payload `'bad'` doesn't fit. */
export function wait(name: string, timeoutMs?: number, over: Partial<WaitRules> = {}): WaitRules {
  const misfit = (payload: Json) => (payload === 'bad' ? 'a bad payload' : null);
  return {
    ...{ kind: 'wait', name, after: [], onFailure: 'fail' },
    until: { type: 'event', event: name, misfit, timeoutMs },
    ...over,
  };
}

export function child(name: string, over: Partial<ChildRules> = {}): ChildRules {
  return {
    ...{ kind: 'child', name, after: [], onFailure: 'fail', chain: 'other', version: 1, input: () => null },
    idOf: ({ runId, generation, node, since }) => `@${runId}.${generation}.${node}.${since}`,
    ...over,
  };
}

export function chainOf(nodes: readonly NodeRules[], over: Partial<ChainRules> = {}): ChainRules {
  return { name: 'chain', version: 1, nodes, closing: [], output: () => 'done', ...over };
}

export function pendingRun(over: Partial<RunIn<'Pending'>> = {}): RunIn<'Pending'> {
  return {
    ...{ status: 'Pending', runId: 'run', generation: 'gen', name: 'chain', chainVersion: 1, epoch: 1, nodes: {} },
    ...{ opened: [], outbox: [], options: { tolerance: {} }, createdAt: NOON - 10_000, updatedAt: NOON - 10_000 },
    input: null,
    ...over,
  };
}

/** A run as it is kept. */
export interface World {
  readonly run: Run;
  readonly records: RunRecords;
  readonly summaries: ReadonlyMap<string, ShardSummary>;
}

export function worldOf(run: Run = pendingRun(), input: Json = { order: 7 }): World {
  const records = { input, tasks: new Map(), outputs: new Map(), events: new Map() };
  return { run, records, summaries: new Map() };
}

/**
 * The world after a decision was written to it, as it is read again.
 * @throws Error where the write would not fit what is there
 */
export function written(world: World, { run, writes }: RunDecision): World {
  const tasks = new Map(world.records.tasks);
  const outputs = new Map(world.records.outputs);
  const events = new Map(world.records.events);
  const summaries = new Map(world.summaries);
  for (const { node, since, input } of writes.tasks) {
    const key = roundKey({ node, since });
    if (tasks.has(key)) throw new Error(`the row of task ${key} exists already`);
    tasks.set(key, { input });
  }
  for (const { node, since, ...change } of writes.taskChanges) {
    const key = roundKey({ node, since });
    const row = tasks.get(key);
    if (row === undefined) throw new Error(`the row of task ${key} does not exist`);
    tasks.set(key, { ...row, ...change });
  }
  for (const { node, since, output } of writes.outputs) outputs.set(roundKey({ node, since }), output);
  for (const name of writes.dropEvents) events.delete(name);
  if (writes.event !== undefined) {
    const { name, ...event } = writes.event;
    if (events.has(name)) throw new Error(`event ${name} exists already`);
    events.set(name, event);
  }
  if (writes.summary !== undefined)
    summaries.set(`${roundKey(writes.summary)}.${writes.summary.summary.shard}`, writes.summary.summary);
  // Another object, as after a read: what a decision leaves alone is the very same.
  return { run: structuredClone(run), records: { ...world.records, tasks, outputs, events }, summaries };
}

/** A run of a chain that is played event by event. */
export class Play {
  now = NOON;
  world: World;
  last: RunDecision | undefined;
  /** All that was to be sent or done so far. */
  readonly effects: Effect[] = [];
  readonly rules: ChainRules;
  #decided = 0;

  constructor(rules: ChainRules, world: World = worldOf()) {
    this.rules = rules;
    this.world = world;
  }

  /** A play of a run that is Running. */
  static of(nodes: readonly NodeRules[], over: Partial<ChainRules> = {}, run: Partial<RunIn<'Pending'>> = {}): Play {
    const play = new Play(chainOf(nodes, over), worldOf(pendingRun(run)));
    play.decide({ type: 'ready' });
    return play;
  }

  get run(): Run {
    return this.world.run;
  }

  state(node: string) {
    return this.run.nodes[node];
  }

  /** What an event would lead to, decided and not written. */
  ask(event: RunEvent): RunDecision {
    const circumstances = { now: this.now, chance: { token: `tok${this.#decided}`, jitter: 0.5 } };
    return decideRun(this.world, event, this.rules, circumstances);
  }

  decide(event: RunEvent): RunDecision {
    const decision = this.ask(event);
    this.#decided += 1;
    if (decision.run !== this.run) this.world = written(this.world, decision);
    this.effects.push(...decision.effects);
    this.last = decision;
    return decision;
  }

  /** The message that was sent last for a task. */
  message(node: string): TaskHead {
    const sent = this.effects.findLast((effect) => effect.type === 'send-task' && effect.node === node);
    if (sent?.type !== 'send-task') throw new Error(`no message was sent for ${node}`);
    const { since, epoch, token, attempt, calls } = sent;
    return { node, since, epoch, token, attempt, calls };
  }

  /** A delivery of the message that was sent last for a task. */
  try(node: string, tried: TaskTry | null, over: Partial<TaskHead> = {}): RunDecision {
    return this.decide({ type: 'task', message: { ...this.message(node), ...over }, tried });
  }

  succeed(node: string, result: Json = `${node} done`): RunDecision {
    return this.try(node, { kind: 'succeeded', result });
  }

  fail(node: string, code = 'Broken'): RunDecision {
    return this.try(node, { kind: 'failed', error: { code, message: `${node} is broken` } });
  }

  /** Counts the shards of a map, each with this many succeeded and failed items, and advances it. */
  finish(node: string, shards: readonly (readonly [succeeded: number, failed: number])[]): RunDecision {
    const round = this.roundOf(node);
    for (const [shard, [succeeded, failed]] of shards.entries()) {
      const summary = summaryOf(shard, succeeded, failed);
      this.decide({ type: 'count', ...round, token: `count.${node}.${shard}`, summary, ledgerEpoch: this.run.epoch });
    }
    return this.advanceMap(node);
  }

  advanceMap(node: string): RunDecision {
    const round = this.roundOf(node);
    const summaries = summariesIn(this.world, round);
    return this.decide({ type: 'advance-map', ...round, token: `advance.${node}`, summaries });
  }

  roundOf(node: string) {
    return { node, since: this.state(node)?.since ?? 0 };
  }
}

export function summaryOf(shard: number, succeeded: number, failed: number): ShardSummary {
  const example = { index: shard * 2, message: 'no' };
  const failures = failed === 0 ? [] : [{ code: 'Broken', count: failed, example }];
  return { shard, succeeded, failed, failures, fold: succeeded };
}

/** The summaries of all shards of a round. */
export function summariesIn({ summaries }: World, round: { readonly node: string; readonly since: number }) {
  return [...summaries].flatMap(([key, summary]) => (key.startsWith(`${roundKey(round)}.`) ? [summary] : []));
}
