import { isTerminal, type Json } from '@tally/contracts';
import {
  decideRun,
  type Effect,
  type NodeStates,
  type RunDecision,
  type RunEvent,
  roundKey,
  type TaskTry,
} from '../src/index.ts';
import { NOON, pendingRun, summariesIn, summaryOf, type World, worldOf, written } from './graphs.ts';
import { GOOD, type Setting } from './random-chains.ts';

type Sent = Exclude<Effect, { type: 'send-chunk' }>;

/** What may happen to the delivery of a message. */
export type Mishap = 'none' | 'dies-before-it-sends' | 'comes-twice' | 'is-lost';

/** A decision, with the world that it was made in. */
export interface Decided {
  readonly event: RunEvent;
  readonly before: World;
  readonly after: World;
  readonly decision: RunDecision;
  readonly now: number;
}

/**
 * A run with queues and workers in memory. Messages are delivered in any order, twice, or never. The process
 * that delivers one may die between its commit and its sends; then the message comes again. Handlers do what
 * the setting says. The dispatch works off a shard of a map in one go.
 */
export class Model {
  now = NOON;
  world: World = worldOf(pendingRun());
  readonly pool: Sent[] = [];
  readonly #setting: Setting;
  readonly #watch: (decided: Decided) => void;
  /** The epoch of each ledger, by round and shard. */
  readonly #ledgers = new Map<string, number>();
  readonly #children = new Map<string, { node: string; since: number }>();
  #tokens = 0;
  /** From a rewind on all work succeeds. */
  #isMended = false;

  constructor(setting: Setting, watch: (decided: Decided) => void) {
    this.#setting = setting;
    this.#watch = watch;
    this.decide({ type: 'ready' });
  }

  get run() {
    return this.world.run;
  }

  get isOver(): boolean {
    return isTerminal(this.run.status);
  }

  /** @param dies whether the decider dies after its commit */
  decide(event: RunEvent, dies = false): RunDecision {
    this.#tokens += 1;
    const before = this.world;
    const circumstances = { now: this.now, chance: { token: `t${this.#tokens}`, jitter: 0.5 } };
    const decision = decideRun(before, event, this.#setting.rules, circumstances);
    if (decision.run !== before.run) this.world = written(before, decision);
    this.#watch({ event, before, after: this.world, decision, now: this.now });
    if (!dies) this.#send(decision.effects);
    return decision;
  }

  #send(effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.type !== 'send-chunk') this.pool.push(effect);
  }

  rewind(): RunDecision {
    this.#isMended = true;
    return this.decide({ type: 'rewind', reason: null });
  }

  raise(node: string, payload: Json): void {
    this.decide({ type: 'raise', name: node, payload });
  }

  /** Delivers the message of a place in the pool. */
  deliver(place: number, mishap: Mishap): void {
    const message = this.pool[place % Math.max(1, this.pool.length)];
    if (message === undefined) return;
    if (mishap === 'none' || mishap === 'is-lost') this.pool.splice(this.pool.indexOf(message), 1);
    if (mishap !== 'is-lost') this.#handle(message, mishap === 'dies-before-it-sends');
  }

  #handle(message: Sent, dies: boolean): void {
    switch (message.type) {
      case 'send-task': {
        const { type: _, delayMs: _delay, ...head } = message;
        this.decide({ type: 'task', message: head, tried: this.#tryOf(message) }, dies);
        break;
      }
      case 'send-dispatch':
        this.#dispatch(message.node, message.since);
        break;
      case 'send-aggregate':
        this.#aggregate(message, dies);
        break;
      case 'advance-map': {
        const { node, since } = message;
        const summaries = summariesIn(this.world, message);
        this.decide({ type: 'advance-map', node, since, token: `advance.${roundKey(message)}`, summaries }, dies);
        break;
      }
      case 'send-due':
        this.decide({ type: 'look', token: message.token }, dies);
        break;
      case 'start-child': {
        const state = this.run.nodes[message.node];
        if (state?.state === 'child' && state.since === message.since)
          this.#children.set(state.runId, { node: message.node, since: message.since });
        break;
      }
      case 'end-child':
        this.#children.delete(message.runId);
        break;
      case 'task-letter':
        this.decide({ ...message, type: 'task-outbox-delivered' }, dies);
        break;
      // Nothing is modelled of a run that has ended, or of shards.
      case 'finalize':
      case 'dead-letter':
      case 'fail-run':
      case 'fail-node':
    }
  }

  #fateOf(node: string) {
    return this.#isMended ? GOOD : (this.#setting.fates.get(node) ?? GOOD);
  }

  /** What a worker does with a message: nothing, where it isn't its turn. */
  #tryOf({ node, since, epoch, attempt, calls = 0 }: Extract<Sent, { type: 'send-task' }>): TaskTry | null {
    const state = this.run.nodes[node];
    if (this.run.status !== 'Running' || state?.state !== 'out' || state.since !== since || state.epoch !== epoch)
      return null;
    const { before, ends } = this.#fateOf(node);
    const error = { code: 'Broken', message: node };
    const step = before[attempt - 1 + calls];
    if (step === 'retry') return { kind: 'retry', error, retryAfterMs: 0 };
    if (step === 'again') return { kind: 'again', afterMs: 3_000, state: { calls } };
    return ends === 'succeeded' ? { kind: 'succeeded', result: `${node} done` } : { kind: ends, error };
  }

  /** Moves the ledgers of a map to the run's epoch, and works all of their items off. */
  #dispatch(node: string, since: number): void {
    const state = this.run.nodes[node];
    if (this.run.status !== 'Running' || state?.state !== 'open' || state.since !== since) return;
    const { epoch } = this.run;
    for (let shard = 0; shard < state.map.shards; shard += 1) {
      this.#ledgers.set(`${roundKey({ node, since })}.${shard}`, epoch);
      this.pool.push({ type: 'send-aggregate', node, since, shard, epoch });
    }
  }

  #aggregate({ node, since, shard }: Extract<Sent, { type: 'send-aggregate' }>, dies: boolean): void {
    const key = `${roundKey({ node, since })}.${shard}`;
    const failed = Math.min(2, this.#fateOf(node).failed);
    const summary = summaryOf(shard, 2 - failed, failed);
    const ledgerEpoch = this.#ledgers.get(key) ?? 0;
    this.decide({ type: 'count', node, since, token: `count.${key}`, summary, ledgerEpoch }, dies);
  }

  /** A watchdog's pass, and children that end. */
  watch(): void {
    for (const [runId, round] of this.#children) {
      const ended =
        this.#fateOf(round.node).ends === 'succeeded'
          ? ({ status: 'succeeded', output: runId } as const)
          : ({ status: 'failed', error: { code: 'ChildFailed', message: runId } } as const);
      this.decide({ type: 'child', ...round, ended });
    }
    const look = { headInsertedAt: null, servedAt: this.now };
    this.decide({ type: 'repair', looks: new Map(Object.keys(this.run.nodes).map((node) => [node, look])) });
    for (const [node, state] of Object.entries(this.run.nodes)) {
      if (state.state !== 'open') continue;
      this.#dispatch(node, state.since);
      if (state.map.counted.length === state.map.shards)
        this.#handle({ type: 'advance-map', node, since: state.since }, false);
    }
  }

  #deliverAll(): void {
    while (this.pool.length > 0 && !this.isOver) this.deliver(0, 'none');
  }

  /** Lets the run end without further mishaps: it raises the events that are still missing. */
  finish(): void {
    for (let round = 0; round < 200 && !this.isOver; round += 1) {
      if (this.run.status === 'Suspended') this.decide({ type: 'resume', reason: null });
      for (const node of waitingForEvents(this.run.nodes)) this.raise(node, 'late');
      this.#deliverAll();
      this.now += 200_000;
      this.watch();
    }
  }
}

function waitingForEvents(nodes: NodeStates): string[] {
  return Object.entries(nodes).flatMap(([node, state]) =>
    state.state === 'waiting' && state.until === null ? [node] : [],
  );
}
