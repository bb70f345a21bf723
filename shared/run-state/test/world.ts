import type { WorkMessage } from '@tally/contracts';
import type { Chance, Chunk, GateVerdict, Ledger, Marker, Run, RunDecision } from '../src/index.ts';
import { checkCommit, checkLetter, checkRunWrite, demand, itemsInFlight } from './checks.ts';
import type { Folded, Item, Setting } from './counting-chain.ts';
import type { Rules, State } from './rules.ts';

export interface Versioned<Value> {
  readonly value: Value;
  readonly version: number;
}
export type ChunkRow = Versioned<Chunk<Item, number>>;
export interface ShardRows {
  readonly ledger: Versioned<Ledger<Folded>>;
  readonly chunks: ReadonlyMap<number, ChunkRow>;
}

export type Message =
  | ({ readonly kind: 'work' } & WorkMessage)
  | {
      readonly kind: 'dispatch';
      readonly gen: string;
      readonly epoch: number;
      readonly tok: string;
      readonly shards?: readonly number[] | undefined;
    }
  | { readonly kind: 'collect'; readonly gen: string; readonly shard: number; readonly epoch: number }
  | { readonly kind: 'event'; readonly gen: string };

/** A message in its queue. Hidden until `visibleAt`. */
export interface Envelope {
  readonly message: Message;
  readonly visibleAt: number;
  readonly insertedAt: number;
  /** Deliveries so far. */
  readonly deliveries: number;
  readonly isPoison: boolean;
}

/** A dead letter about items. Its instant and its first item name it. */
export interface Letter {
  readonly gen: string;
  readonly shard: number;
  readonly items: readonly number[];
  readonly at: number;
}

/** How a write ends: done, met another version, or done without the writer being told. */
export type Written = 'done' | 'conflict' | 'unknown';

/** The host redelivers after a crash when the lease has run out; after five deliveries it moves the message to the poison queue. */
export const LEASE_MS = 600_000;
export const MAX_DELIVERIES = 5;
/** The host can't give a message up sooner than this: four times what a failed message stays hidden. */
export const HOST_GIVES_UP_MS = 40_000;
/** A poisoned message that isn't believed yet comes again after this at the earliest. */
export const POISON_AGAIN_MS = 60_000;

/**
 * Tables and queues in memory: rows with versions, messages in bags. Steps read and write it one operation at a time; whatever happens
 * between two operations is the schedule's choice. Faults come in from outside.
 */
export class World {
  readonly setting: Setting;
  readonly rules: Rules;
  /** Milliseconds since 1970. */
  now = 1_000_000_000;
  run: Versioned<Run> | null = null;
  markers: readonly Marker<Folded>[] = [];
  readonly ledgers = new Map<string, Versioned<Ledger<Folded>>>();
  readonly chunks = new Map<string, ChunkRow>();
  live: { readonly version: number; readonly touchedAt: number } | null = null;
  verdict: GateVerdict | null = null;
  queue: Envelope[] = [];
  readonly letters: Letter[] = [];
  /** Messages sent so far, by kind. */
  readonly sent = { work: 0, dispatch: 0, collect: 0, event: 0 };
  /** Messages that were put into their queue a second time by nobody's will. */
  repeats = 0;
  /** Whether the next shard write that takes effect isn't answered; reset by it. */
  losesNextAnswer = false;
  #version = 0;
  #widest = 0;
  /** Of each item in flight, by generation, shard and number: the window by which it was claimed, in this epoch. */
  readonly #claimedBy = new Map<string, { readonly epoch: number; readonly window: number }>();
  #chances = 0;

  constructor(setting: Setting, rules: Rules) {
    this.setting = setting;
    this.rules = rules;
  }

  chance(): Chance {
    this.#chances += 1;
    return { tok: `t${this.#chances}`, jitter: 0.5 };
  }

  #shardKey(gen: string, shard: number): string {
    return this.rules.knowsGenerations ? `${gen}/${shard}` : `${shard}`;
  }
  #chunkKey(gen: string, shard: number, chunk: number): string {
    return `${this.#shardKey(gen, shard)}/${chunk}`;
  }

  /** @returns the row as written, or null where another version stands */
  writeRun(
    before: Versioned<Run> | null,
    decision: Pick<RunDecision<Folded>, 'run' | 'marker' | 'dropMarkers' | 'dropEvent'>,
  ): Versioned<Run> | null {
    if (this.rules.writesConditionally && this.run?.version !== before?.version) return null;
    this.#widest = Math.max(this.#widest, decision.run.window);
    checkRunWrite(this.run?.value ?? null, decision.run, decision.dropMarkers === true);
    this.#version += 1;
    this.run = { value: decision.run, version: this.#version };
    if (decision.dropMarkers === true) this.markers = [];
    if (decision.dropEvent !== undefined) this.verdict = null;
    if (decision.marker !== undefined) this.markers = [...this.markers, decision.marker];
    return this.run;
  }

  /** @returns false where the rows stand already */
  insertShard(run: Run, ledger: Ledger<Folded>, chunks: readonly Chunk<Item, number>[]): boolean {
    const { gen } = run;
    const key = this.#shardKey(gen, ledger.shard);
    if (chunks.some(({ chunk }) => this.chunks.has(this.#chunkKey(gen, ledger.shard, chunk)))) return false;
    for (const chunk of chunks) {
      this.#version += 1;
      this.chunks.set(this.#chunkKey(gen, ledger.shard, chunk.chunk), { value: chunk, version: this.#version });
    }
    this.#version += 1;
    this.ledgers.set(key, { value: ledger, version: this.#version });
    this.#noteClaims(run, ledger.shard);
    return true;
  }

  ledger(gen: string, shard: number): Versioned<Ledger<Folded>> | null {
    return this.ledgers.get(this.#shardKey(gen, shard)) ?? null;
  }

  chunk(gen: string, shard: number, chunk: number): ChunkRow {
    const row = this.chunks.get(this.#chunkKey(gen, shard, chunk));
    if (row === undefined) throw new Error(`no chunk ${chunk} in shard ${shard}`);
    return row;
  }

  findChunk(gen: string, shard: number, chunk: number): ChunkRow | null {
    return this.chunks.get(this.#chunkKey(gen, shard, chunk)) ?? null;
  }

  chunksOf(gen: string, shard: number): ChunkRow[] {
    const prefix = `${this.#shardKey(gen, shard)}/`;
    return [...this.chunks].filter(([key]) => key.startsWith(prefix)).map(([, row]) => row);
  }

  /** Writes what differs, all or nothing (I1). @param epoch of the message that the commit records; null: it records none */
  commitShard(gen: string, before: ShardRows, after: State, epoch: number | null): Written {
    const { shard } = after.ledger;
    const isLedgerChanged = after.ledger !== before.ledger.value;
    const changed = [...after.chunks.values()].filter((chunk) => before.chunks.get(chunk.chunk)?.value !== chunk);
    if (!isLedgerChanged && changed.length === 0) return 'done';
    demand(isLedgerChanged, 'I7: a chunk changes without its ledger, so nothing proves the epoch of the commit');
    const isFresh =
      (!isLedgerChanged || this.ledger(gen, shard)?.version === before.ledger.version) &&
      changed.every(({ chunk }) => this.chunk(gen, shard, chunk).version === before.chunks.get(chunk)?.version);
    if (this.rules.writesConditionally && !isFresh) return 'conflict';
    for (const chunk of changed) {
      this.#version += 1;
      this.chunks.set(this.#chunkKey(gen, shard, chunk.chunk), { value: chunk, version: this.#version });
    }
    if (isLedgerChanged) {
      this.#version += 1;
      this.ledgers.set(this.#shardKey(gen, shard), { value: after.ledger, version: this.#version });
    }
    this.#noteClaims(after.run, shard);
    checkCommit(this, gen, before.ledger.value, after, epoch);
    const isLost = this.losesNextAnswer;
    this.losesNextAnswer = false;
    return isLost ? 'unknown' : 'done';
  }

  touchLive(): void {
    this.#version += 1;
    this.live = { version: this.#version, touchedAt: this.now };
  }

  deleteLive(read: { readonly version: number }): void {
    if (!this.rules.deletesLiveConditionally || this.live?.version === read.version) this.live = null;
  }

  /** Keeps a dead letter; one that is kept already stays as it is. */
  keepLetter(letter: Letter): void {
    checkLetter(this, letter);
    const { gen, items, at } = letter;
    const isKept = this.letters.some((other) => other.gen === gen && other.at === at && other.items[0] === items[0]);
    if (!isKept) this.letters.push(letter);
  }

  /** The poison function puts a message back, to come again later. */
  sendPoisoned(message: WorkMessage, delayMs: number): void {
    const { now } = this;
    const put = { message: { kind: 'work', ...message } as const, deliveries: MAX_DELIVERIES, isPoison: true };
    this.queue.push({ ...put, visibleAt: now + delayMs, insertedAt: now });
  }

  send(message: Message, delayMs = 0): void {
    this.sent[message.kind] += 1;
    const { now } = this;
    this.queue.push({ message, visibleAt: now + delayMs, insertedAt: now, deliveries: 0, isPoison: false });
  }

  visible(): Envelope[] {
    return this.queue.filter((envelope) => envelope.visibleAt <= this.now);
  }

  /** When the oldest visible message of the workers' queue was inserted. */
  headInsertedAt(): number | null {
    const times = this.visible().flatMap(({ message, insertedAt, isPoison }) =>
      message.kind === 'work' && !isPoison ? [insertedAt] : [],
    );
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * The widest window by which any of what is out was claimed. So one that is made narrower holds as soon as what was out has ended; until then nothing is added
   * to that.
   */
  windowItems(): number {
    return Math.max(0, ...[...this.#claimedBy.values()].map(({ window }) => window));
  }

  widestWindow(): number {
    return this.#widest;
  }

  #noteClaims(run: Run, shard: number): void {
    const prefix = `${this.#shardKey(run.gen, shard)}/`;
    const epoch = this.ledger(run.gen, shard)?.value.epoch ?? 0;
    const keys = new Set(itemsInFlight(this, { gen: run.gen, epoch }, shard).map((index) => `${prefix}${index}`));
    for (const key of this.#claimedBy.keys()) if (key.startsWith(prefix) && !keys.has(key)) this.#claimedBy.delete(key);
    for (const key of keys) {
      if (this.#claimedBy.get(key)?.epoch !== epoch) this.#claimedBy.set(key, { epoch, window: run.window });
    }
  }
}
