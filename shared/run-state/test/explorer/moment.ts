import type { Chunk, Marker, OpenEntry, Run, RunDecision, RunEvent } from '../../src/index.ts';
import { checkCommit, checkRunWrite, demand } from '../checks.ts';
import { type Folded, headOfSetting, type Item } from '../counting-chain.ts';
import type { Decision, Event } from '../rules.ts';
import type { Model } from './model.ts';
import type { Budget, Message, NewMessage, Read, ShardRows, State, Task, Walker } from './state.ts';

/** Now, for every decision; only a gate whose time is over lives later. Whether a claim is overdue is the schedule's choice, not the clock's. */
export const NOW = 1_000_000_000;
/** Later than any gate's time-out, any claim's, and any deadline. */
const LATER_MS = 1_000_000_000;

/** Choices made so far, and out of how many. */
export interface Choice {
  readonly taken: number;
  readonly of: number;
}

let tokens = 0;

/**
 * A state in work: a step changes it, and asks {@link choose} wherever more than one thing can happen. The explorer plays the step once for each
 * answer.
 */
export class Moment {
  readonly model: Model;
  run: Run | null;
  version: string;
  past: Run | null;
  markers: readonly Marker<Folded>[];
  shards: Readonly<Record<string, ShardRows>>;
  live: State['live'];
  letters: State['letters'];
  event: State['event'];
  isLate: boolean;
  isOver: boolean;
  messages: readonly Message[];
  walkers: readonly Walker[];
  left: Readonly<Partial<Record<Budget, number>>>;
  generations: number;
  sent: State['sent'];
  readonly choices: Choice[] = [];
  readonly #script: readonly number[];

  constructor(model: Model, state: State, script: readonly number[] = []) {
    this.model = model;
    this.#script = script;
    this.run = state.run;
    this.version = state.version;
    this.past = state.past;
    this.markers = state.markers;
    this.shards = state.shards;
    this.live = state.live;
    this.letters = state.letters;
    this.event = state.event;
    this.isLate = state.isLate;
    this.isOver = state.isOver;
    this.messages = state.messages;
    this.walkers = state.walkers;
    this.left = state.left;
    this.generations = state.generations;
    this.sent = state.sent;
  }

  state(): State {
    const { run, version, past, markers, shards, live, letters, event, isLate, isOver, messages, walkers } = this;
    const { left, generations, sent } = this;
    return {
      ...{ run, version, past, markers, shards, live, letters, event, isLate, isOver, messages, walkers },
      ...{ left, generations, sent },
    };
  }

  /** @returns a number below `of` */
  choose(of: number): number {
    const taken = of > 1 ? (this.#script[this.choices.length] ?? 0) : 0;
    if (of > 1) this.choices.push({ taken, of });
    return taken;
  }

  /** What a clock says. */
  now(): number {
    return this.isOver ? NOW + LATER_MS : NOW;
  }

  has(budget: Budget): boolean {
    return (this.left[budget] ?? 0) > 0;
  }

  spend(budget: Budget): void {
    this.left = { ...this.left, [budget]: (this.left[budget] ?? 0) - 1 };
  }

  /** Whether a fault happens here, as long as there are any left. */
  strikes(fault: Budget): boolean {
    if (!this.has(fault) || this.choose(2) === 0) return false;
    this.spend(fault);
    return true;
  }

  fresh(): string {
    tokens += 1;
    return `#${tokens}`;
  }

  send(message: NewMessage): void {
    this.messages = [...this.messages, { ...message, deliveries: 0 }];
    const { limits } = this.model.configuration;
    if (limits === undefined) return;
    const { work, collect } = this.sent;
    if (message.kind === 'work') this.sent = { collect, work: work + 1 };
    if (message.kind === 'collect') this.sent = { work, collect: collect + 1 };
    demand(this.sent.work <= limits.work, `I4: more than ${limits.work} work messages`);
    demand(this.sent.collect <= limits.collect, `I4: more than ${limits.collect} messages to collect`);
  }

  shardKey(gen: string, shard: number): string {
    return this.model.rules.knowsGenerations ? `${gen}/${shard}` : `/${shard}`;
  }

  rowsOf(gen: string, shard: number): ShardRows | null {
    return this.shards[this.shardKey(gen, shard)] ?? null;
  }

  chunk(gen: string, shard: number, chunk: number): Chunk<Item, number> {
    const row = this.rowsOf(gen, shard)?.chunks[chunk];
    if (row === undefined) throw new Error(`no chunk ${chunk} in shard ${shard}`);
    return row;
  }

  /** One commit: reads, decides and writes at once, since under If-Match whoever was overtaken only decides again. @returns null: no such shard */
  commit(
    gen: string,
    shard: number,
    run: Run,
    event: Event,
    numbers: readonly number[],
    held: ShardRows | null = this.rowsOf(gen, shard),
  ): (Decision & { readonly isChanged: boolean }) | null {
    if (held === null) return null;
    const chunks = new Map(numbers.flatMap((chunk) => entryOf(held, chunk)));
    // Which claims are overdue is chosen, and said by how long they are out before now.
    const now = event.type === 'repair' ? NOW : this.now();
    const decision = this.model.rules.decideShard({ run, ledger: held.ledger, chunks }, event, now);
    const { state } = decision;
    const written = held.chunks.map((chunk) => state.chunks.get(chunk.chunk) ?? chunk);
    const isChanged = state.ledger !== held.ledger || written.some((chunk, place) => chunk !== held.chunks[place]);
    if (!isChanged) return { ...decision, isChanged };
    demand(state.ledger !== held.ledger, 'I7: a chunk changes without its ledger, so nothing proves the epoch');
    const rows = { ledger: timeless(state.ledger), chunks: written };
    this.shards = { ...this.shards, [this.shardKey(gen, shard)]: rows };
    const epoch = event.type === 'record' ? event.message.epoch : null;
    checkCommit(viewOf(this.model, this), gen, held.ledger, decision.state, epoch);
    return { ...decision, isChanged };
  }

  writeRun(next: Run, changes: Pick<RunDecision<Folded>, 'marker' | 'dropMarkers' | 'dropEvent'>): void {
    const { marker, dropMarkers, dropEvent } = changes;
    checkRunWrite(this.run, next, dropMarkers === true);
    const wasWaiting = isWaiting(this.run);
    // Only where someone may still believe it: else it would tell states apart that are alike.
    this.past = this.has('stale') ? this.run : null;
    this.run = next;
    this.version = this.fresh();
    if (!wasWaiting || !isWaiting(next)) this.isLate = false;
    if (dropMarkers === true) this.markers = [];
    if (dropEvent !== undefined) this.event = null;
    if (marker !== undefined) this.markers = [...this.markers, marker];
  }

  /**
   * Changes the run row in one operation. Where the answer is lost, the walker looks what the row says.
   * @param task what to do again then, if it says otherwise
   * @param isLate whether the gate's time was over when the decision's time was taken
   */
  change(
    gen: string,
    task: Task,
    event: RunEvent<Folded>,
    next: (decision: RunDecision<Folded>, isWritten: boolean) => readonly Task[],
    isLate = false,
  ): readonly Task[] {
    const { run } = this;
    if (run === null || run.gen !== gen) return [];
    const decision = this.model.rules.decideRun(run, event, isLate || this.isOver ? NOW + LATER_MS : NOW);
    if (decision.run === run) return next(decision, false);
    this.writeRun(decision.run, decision);
    const tasks = next(decision, true);
    return this.strikes('ambiguous') ? [{ do: 'look-again', version: this.version, next: tasks, again: task }] : tasks;
  }

  /** The run row as whoever writes on it reads it. */
  read(): Read | null {
    return this.run === null ? null : { run: this.run, version: this.version };
  }

  /** From here on nobody finds the run. What is left of its rows is in nobody's way. */
  purgeRun(): void {
    this.past = this.has('stale') ? this.run : null;
    this.run = null;
    this.version = this.fresh();
    this.markers = [];
    this.event = null;
    this.isLate = false;
  }

  touchLive(by: 'start' | 'rewind'): void {
    this.live = { version: this.fresh(), forStart: by === 'start' || this.live?.forStart === true };
  }
}

function entryOf(held: ShardRows, number: number): [number, Chunk<Item, number>][] {
  const chunk = held.chunks[number];
  return chunk === undefined ? [] : [[number, chunk]];
}

function isWaiting(run: Run | null): boolean {
  return run !== null && 'gate' in run && run.gate.state === 'waiting';
}

/** The ledger without what only a clock could tell. */
function timeless(ledger: ShardRows['ledger']): ShardRows['ledger'] {
  const open = ledger.open.map(
    ({ chunk, sends, by, items, notBefore }): OpenEntry => ({
      ...{ chunk, at: NOW, sends, by },
      ...(items !== undefined && { items }),
      ...(notBefore !== undefined && { notBefore: NOW }),
    }),
  );
  return { ...ledger, open, slowestMs: 0 };
}

/** A ledger as it looks when these of its claims have been out for too long. */
export function overdue(rows: ShardRows, chunks: readonly number[]): ShardRows {
  const open = rows.ledger.open.map((entry) =>
    chunks.includes(entry.chunk)
      ? { ...entry, at: NOW - LATER_MS, ...(entry.notBefore !== undefined && { notBefore: NOW - LATER_MS }) }
      : entry,
  );
  return { ...rows, ledger: { ...rows.ledger, open } };
}

/** A state as the checks of the promises see it. */
export function viewOf(model: Model, state: Pick<State, 'run' | 'live' | 'shards' | 'letters' | 'messages'>) {
  const rows = (gen: string, shard: number) =>
    state.shards[model.rules.knowsGenerations ? `${gen}/${shard}` : `/${shard}`];
  return {
    setting: model.configuration.setting,
    run: state.run === null ? null : { value: state.run },
    live: state.live,
    queue: state.messages,
    letters: state.letters,
    ledger: (gen: string, shard: number) => {
      const found = rows(gen, shard);
      return found === undefined ? null : { value: found.ledger };
    },
    chunksOf: (gen: string, shard: number) => (rows(gen, shard)?.chunks ?? []).map((value) => ({ value })),
    windowItems: () => headOfSetting(model.configuration.setting, '', NOW).window,
    widestWindow: () => headOfSetting(model.configuration.setting, '', NOW).window,
  };
}
