import type { Json, TallyFailure } from '@tally/contracts';
import { cutRunFailure } from '../cut-words.ts';
import { type Chance, type Effect, tokenSource } from '../effects.ts';
import {
  type EndedRun,
  type HistoryEntry,
  headOf,
  type MovingRun,
  type OutboxTaskLetter,
  type Run,
  type RunFailure,
  type Verdict,
  verdictDetail,
} from '../run/run.ts';
import type { ChainRules } from './chain-rules.ts';
import { type NodeEnded, type NodeRound, type NodeState, planOf, roundKey } from './node-state.ts';
import type { RaisedEvent, RecordWrites, RunRecords, TaskRecord, WholeRun } from './run-records.ts';
import { sizeMessage, VALUE_MAX_CHARS, WRITTEN_MAX_CHARS } from './value-limits.ts';

/** When a decision is made, in milliseconds since 1970. */
export interface Times {
  /** In the run's own time, which never runs backwards. The row and its timeline bear it. */
  readonly at: number;
  /** By the clock of the deciding process. Claims and waits are judged by it. */
  readonly now: number;
}

/** The nodes that opened or ended in one decision, for the timeline. */
interface Moved {
  readonly opened: string[];
  readonly ended: {
    readonly node: string;
    readonly outcome: string;
    readonly error?: RunFailure;
    readonly why?: string;
  }[];
}

/**
 * A decision about a run in the making: the run as it will be, the rows beside it, and what must be sent. It
 * is the only place in the core that changes something in place, and it never leaves the decision.
 */
export class Draft {
  readonly rules: ChainRules;
  readonly times: Times;
  /** I4: owns what this decision opens. */
  readonly by: string;
  readonly token: () => string;
  run: MovingRun;
  readonly #records: RunRecords;
  readonly #events: Map<string, RaisedEvent>;
  readonly #tasks: Map<string, TaskRecord>;
  readonly #outputs: Map<string, Json>;
  readonly #writes: { tasks: RecordWrites['tasks'][number][]; taskChanges: RecordWrites['taskChanges'][number][] } = {
    tasks: [],
    taskChanges: [],
  };
  readonly #written: RecordWrites['outputs'][number][] = [];
  #event: RecordWrites['event'];
  #summary: RecordWrites['summary'];
  readonly #dropEvents: string[] = [];
  readonly #effects: Effect[] = [];
  readonly #moved: Moved = { opened: [], ended: [] };
  readonly #lines: HistoryEntry[] = [];
  /** How many lines of the timeline there were when the first node moved; null: none has. */
  #movedAfter: number | null = null;
  #ended: EndedRun | null = null;
  #chars = 0;

  readonly #began: MovingRun;

  constructor(run: MovingRun, records: RunRecords, rules: ChainRules, chance: Chance, by: string, times: Times) {
    this.run = { ...run, updatedAt: times.at };
    this.#began = this.run;
    this.#records = records;
    this.#events = new Map(records.events);
    this.#tasks = new Map(records.tasks);
    this.#outputs = new Map(records.outputs);
    this.rules = rules;
    this.times = times;
    this.by = by;
    this.token = tokenSource(chance);
  }

  /** The run and its records as they stand in the draft. */
  get whole(): WholeRun {
    const records = { ...this.#records, tasks: this.#tasks, outputs: this.#outputs, events: this.#events };
    return { run: this.run, records };
  }

  state(node: string): NodeState | undefined {
    return this.run.nodes[node];
  }

  setState(node: string, state: NodeState): void {
    this.run = { ...this.run, nodes: { ...this.run.nodes, [node]: state } };
  }

  /** What must be sent or done after the commit. */
  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  opened(node: string, state: NodeState): void {
    this.setState(node, state);
    this.#movedAfter ??= this.#lines.length;
    this.#moved.opened.push(node);
  }

  /** Ends an open node, or one that never opened. Its plan stays, so that a rewind can go on in its round. */
  end(node: string, ending: Pick<NodeEnded, 'outcome' | 'error' | 'why' | 'counts'>): void {
    const before = this.state(node);
    const { at, now } = this.times;
    const kept = before === undefined ? {} : keptOf(before);
    const error = ending.error === undefined ? {} : { error: cutRunFailure(ending.error) };
    const round = { since: before?.since ?? this.run.epoch, openedAt: before?.openedAt ?? now };
    this.setState(node, { ...round, ...kept, ...ending, ...error, state: 'ended', endedAt: at });
    const { outcome, why } = ending;
    this.#movedAfter ??= this.#lines.length;
    this.#moved.ended.push({ node, outcome, ...error, ...(why !== undefined && { why }) });
  }

  /** Whether this value still fits into the transaction; it is counted if it does. */
  takesUp(value: Json): boolean {
    const chars = JSON.stringify(value).length;
    if (chars > VALUE_MAX_CHARS || this.#chars + chars > WRITTEN_MAX_CHARS) return false;
    this.#chars += chars;
    return true;
  }

  insertTask(node: string, since: number, input: Json): void {
    this.#tasks.set(roundKey({ node, since }), { input });
    this.#writes.tasks.push({ node, since, input });
  }

  /** @param row as it stands */
  changeTask({ node, since }: NodeRound, row: TaskRecord, change: Pick<TaskRecord, 'state' | 'result'>): void {
    this.#tasks.set(roundKey({ node, since }), { ...row, ...change });
    this.#writes.taskChanges.push({ node, since, ...change });
  }

  /** Ends a node with success, and keeps its output in a row of its own. */
  succeedWith(node: string, since: number, output: Json, kept: Pick<NodeEnded, 'counts'> = {}): void {
    if (this.takesUp(output)) {
      this.#outputs.set(roundKey({ node, since }), output);
      this.#written.push({ node, since, output });
      this.end(node, { ...kept, outcome: 'succeeded' });
    } else
      this.fail(
        node,
        { code: 'ResultTooLarge', message: sizeMessage('its output', output) } satisfies TallyFailure,
        kept,
      );
  }

  fail(node: string, error: RunFailure, kept: Pick<NodeEnded, 'counts'> = {}): void {
    this.end(node, { ...kept, outcome: 'failed', error });
  }

  /** Stores an event. The first of a name stands. */
  raise(name: string, event: RaisedEvent): void {
    this.#events.set(name, event);
    this.#event = { name, ...event };
  }

  /** The event is used up: a wait for it asks again. */
  dropEvent(name: string): void {
    if (this.#events.delete(name)) this.#dropEvents.push(name);
  }

  /** Forgets a round of a node. Its rows stay, and nothing reads them any more (R1). */
  forget(node: string): void {
    const { [node]: _, ...nodes } = this.run.nodes;
    this.run = { ...this.run, nodes };
  }

  /** I6: noted in the same transaction as what it is about. */
  addToOutbox(letter: OutboxTaskLetter): void {
    this.run = { ...this.run, outbox: [...this.run.outbox, letter] };
    this.effect({ type: 'task-letter', ...letter });
  }

  /** I1: a shard is counted by its summary and the run row together. */
  mark(summary: NonNullable<RecordWrites['summary']>): void {
    this.#summary = summary;
  }

  setVerdict(verdict: Verdict): void {
    this.run = { ...this.run, verdict };
  }

  /**
   * Ends the run as the verdict says. Then finalization is due: unless only tasks were ever out, ledgers must
   * be closed.
   */
  finish(verdict: Verdict): void {
    const { at } = this.times;
    const ending = { endedAt: at, finalized: null, updatedAt: at };
    if (verdict.status === 'completed') {
      this.#ended = { ...headOf(this.run), ...ending, status: 'Completed', output: verdict.output };
      this.line('Completed', null);
    } else {
      this.#ended = { ...headOf(this.run), ...ending, status: 'Failed', error: verdict.error };
      this.line('Failed', verdictDetail(verdict));
    }
    this.effect({ type: 'finalize' });
  }

  /** Ends the run at once and stops all that is out. */
  terminate(reason: string | null): void {
    const { at } = this.times;
    const head = { ...headOf(this.run), epoch: this.run.epoch + 1 };
    this.#ended = { ...head, endedAt: at, finalized: null, updatedAt: at, status: 'Terminated', reason };
    this.line('Terminated', reason);
    this.effect({ type: 'finalize' });
  }

  get ended(): EndedRun | null {
    return this.#ended;
  }

  /** Whether nothing has changed, in the run row or beside it. */
  get isUntouched(): boolean {
    const { tasks, taskChanges } = this.#writes;
    const beside = tasks.length + taskChanges.length + this.#written.length + this.#dropEvents.length;
    return this.run === this.#began && beside === 0 && this.#event === undefined && this.#summary === undefined;
  }

  /** The run row as the decision leaves it. */
  get result(): Run {
    return this.#ended ?? this.run;
  }

  /** A line of the timeline. */
  line(type: HistoryEntry['type'], detail: Json): void {
    this.#lines.push(detail === null ? { at: this.times.at, type } : { at: this.times.at, type, detail });
  }

  /**
   * What must be done. R6: a suspended run sends nothing; a resume sends it. But a letter is kept, and a
   * child of a stopped node ends (R12).
   */
  get effects(): readonly Effect[] {
    const isSilent = this.#ended === null && this.run.status === 'Suspended';
    // A wait whose event was there already needs no message when its time is over.
    const due = this.#effects.filter(
      (effect) => effect.type !== 'send-due' || this.state(effect.node)?.state === 'waiting',
    );
    return isSilent ? due.filter(({ type }) => type === 'task-letter' || type === 'end-child') : due;
  }

  get writes(): RecordWrites {
    return {
      ...this.#writes,
      outputs: this.#written,
      event: this.#event,
      summary: this.#summary,
      dropEvents: this.#dropEvents,
    };
  }

  /**
   * At most one line of the timeline is about nodes, however many have moved. It stands behind what moved
   * them, such as a rewind, and before what follows from it.
   */
  get history(): readonly HistoryEntry[] {
    const { opened, ended } = this.#moved;
    if (this.#movedAfter === null) return this.#lines;
    const told = ended.map(({ error, ...rest }) => ({ ...rest, ...(error !== undefined && { error: { ...error } }) }));
    const detail = { ...(told.length > 0 && { ended: told }), ...(opened.length > 0 && { opened }) };
    return this.#lines.toSpliced(this.#movedAfter, 0, { at: this.times.at, type: 'NodesMoved', detail });
  }
}

function keptOf(state: NodeState): Pick<NodeEnded, 'attempts' | 'map' | 'counts' | 'runId'> {
  if (state.state === 'out') return { attempts: state.attempt };
  if (state.state === 'child') return { runId: state.runId };
  const map = planOf(state);
  return map === undefined ? {} : { map };
}
