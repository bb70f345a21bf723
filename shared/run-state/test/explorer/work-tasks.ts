import { pendingTries, type Run, type TryOutcome, untouchedChunk } from '../../src/index.ts';
import { checkLetter } from '../checks.ts';
import { tryItem } from '../counting-chain.ts';
import type { Event } from '../rules.ts';
import { MAX_DELIVERIES } from './model.ts';
import { type Moment, NOW, viewOf } from './moment.ts';
import type { Message, ShardRows, Task, WorkPermit } from './state.ts';
import { runText } from './state-key.ts';

/** A worker dies of the item that he has taken up. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** The run row as a worker takes it: a cached one may let work start; a message is dropped on a fresh one only (I9). */
export function admitted(moment: Moment, message: Message & { readonly epoch: number }): Run | null {
  const isAdmitted = (run: Run | null): run is Run =>
    run !== null &&
    (run.gen === message.gen || !moment.model.rules.knowsGenerations) &&
    run.status === 'Running' &&
    run.epoch === message.epoch;
  const { past, run } = moment;
  if (message.kind === 'work' && past !== null) {
    const isUseful = isAdmitted(past) || !moment.model.rules.dropsOnFreshRow;
    if (isUseful && moment.strikes('stale')) {
      if (isAdmitted(past)) return past;
      return null;
    }
  }
  return isAdmitted(run) ? run : null;
}

/** A delivery: the run row, and which of the items nobody has recorded; then the tries. A poisoned message is split, or its item recorded. */
export function handleWork(moment: Moment, message: Message & WorkPermit): readonly Task[] {
  const isPoisoned = message.deliveries >= MAX_DELIVERIES;
  const run = admitted(moment, message);
  if (run === null) return [];
  const { gen, shard, chunk } = message;
  const row = pointedRow(moment, message);
  if (row === null) return [];
  const tries = [...pendingTries(row, message)];
  if (isPoisoned) {
    const [item, ...more] = tries.map(([index]) => index);
    const isEarly = !moment.model.rules.keepsLettersOfRecordedItems && item !== undefined && more.length === 0;
    const letter = { shard, chunk, items: [item ?? 0], at: NOW, reason: 'given up', type: 'dead-letter' } as const;
    return [...(isEarly ? [{ do: 'keep-letter', gen, letter } as const] : []), { do: 'poison', message, run }];
  }
  if (tries.some(([index]) => row.items[index - row.first]?.kills === true)) throw new Killed();
  return [{ do: 'record', message, known: run, tries }];
}

/** The chunk that a message points at; null: it names what isn't there, and becomes a dead letter. */
function pointedRow(moment: Moment, { gen, shard, chunk, items = [] }: WorkPermit) {
  const row = moment.rowsOf(gen, shard)?.chunks[chunk];
  if (row === undefined) return null;
  const { first, items: held } = row;
  if (items.some((index) => index < first || index >= first + held.length)) return null;
  return moment.model.rules.takesItemsFromRow ? row : untouchedChunk<(typeof held)[number], number>(chunk, first, held);
}

/** Commits what the tries came to, then sends what follows. */
export function record(moment: Moment, task: Extract<Task, { do: 'record' }>): readonly Task[] {
  const { message, known, tries } = task;
  const { gen, shard, chunk } = message;
  const { rules } = moment.model;
  const run = current(moment, message, known);
  if (run === null) return [];
  const row = moment.chunk(gen, shard, chunk);
  const outcomeOf = (index: number, attempt: number): TryOutcome<number> => {
    const item = row.items[index - row.first];
    if (item === undefined) throw new Error(`no item ${index} in chunk ${chunk}`);
    return tryItem(item, attempt);
  };
  const outcomes = new Map(tries.map(([index, attempt]) => [index, outcomeOf(index, attempt)]));
  const chance = { tok: moment.fresh(), jitter: 0.5 };
  const event: Event = { type: 'record', message, outcomes, tries: new Map(tries), chance };

  const rows = moment.rowsOf(gen, shard);
  if (rows === null) return [];
  if (!rules.writesConditionally && task.held === undefined) return [{ ...task, held: rows }];
  if (!rules.sendsAfterCommit && task.hasSent !== true) {
    const ahead = rules.decideShard({ run, ledger: rows.ledger, chunks: new Map([[chunk, row]]) }, event, NOW);
    return [...effectsOf(gen, ahead.effects), { ...task, hasSent: true }];
  }
  const held = rules.takesItemsFromRow ? task.held : believed(rows, pointedRow(moment, message));
  const decision = moment.commit(gen, shard, run, event, [chunk], held);
  if (decision === null) return [];
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  return task.hasSent === true ? [] : effectsOf(gen, decision.effects);
}

/** Only in worlds whose workers believe the message: the rows as it says they are. */
function believed({ ledger, chunks }: ShardRows, said: ShardRows['chunks'][number] | null): ShardRows {
  return { ledger, chunks: chunks.map((row) => (said !== null && row.chunk === said.chunk ? said : row)) };
}

/** A claim follows the run row of this second: that of the admission, or one read since. */
function current(moment: Moment, message: WorkPermit, known: Run): Run | null {
  const { run } = moment;
  if (run === null || run.gen !== message.gen) return moment.model.rules.knowsGenerations ? null : run;
  if (runText(run) === runText(known)) return run;
  return moment.choose(2) === 0 ? run : known;
}

/** The host gives up when it does: that it can't do so sooner than after a time, the clock tells, and a forged message's is never over. */
export function poison(moment: Moment, task: Extract<Task, { do: 'poison' }>): readonly Task[] {
  const { message, run } = task;
  const { gen, shard, chunk } = message;
  const waitMs = message.isForged === true ? 1 : 0;
  const event: Event = {
    type: 'poison',
    message,
    reason: 'given up',
    waitMs,
    headInsertedAt: null,
    chance: { tok: moment.fresh(), jitter: 0.5 },
  };
  const decision = moment.commit(gen, shard, run, event, [chunk]);
  if (decision === null) return [];
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  return effectsOf(gen, decision.effects);
}

/** What a commit justifies (I4), one task each: whoever does them may die between two. */
export function effectsOf(gen: string, effects: readonly Extract<Task, { do: 'effect' }>['effect'][]): readonly Task[] {
  return effects.map((effect) => ({ do: 'effect', gen, effect }));
}

export function performEffect(moment: Moment, { gen, effect }: Extract<Task, { do: 'effect' }>): readonly Task[] {
  switch (effect.type) {
    case 'send-chunk': {
      for (const permit of moment.model.rules.permitsOf({ runId: 'run', gen }, 'work', effect, () => '')) {
        const { shard, epoch, chunk, tok, attempt, items } = permit;
        moment.send({ kind: 'work', gen, shard, epoch, chunk, tok, attempt, items });
      }
      return [];
    }
    case 'send-collect':
      moment.send({ kind: 'collect', gen, shard: effect.shard, epoch: effect.epoch });
      return [];
    case 'send-dispatch':
      moment.send({ kind: 'dispatch', gen, epoch: effect.epoch, tok: effect.tok, shards: effect.shards });
      return [];
    case 'send-gate-timeout':
      moment.send({ kind: 'timeout', gen });
      return [];
    case 'fail-run':
      return moment.change(
        gen,
        { do: 'effect', gen, effect },
        { type: 'fail', failure: effect.failure },
        ({ effects }) => effectsOf(gen, effects),
      );
    case 'settle':
    case 'read-event':
    case 'housekeep':
      moment.send({ kind: 'event', gen }); // the collector looks at the whole run
      return [];
    case 'dead-letter': {
      const keep: Task = { do: 'keep-letter', gen, letter: effect };
      const strike: Task = { do: 'strike-letter', gen, letter: effect };
      return moment.model.rules.keepsLettersFirst ? [keep, strike] : [strike, keep];
    }
  }
}

type LetterTask = Extract<Task, { do: 'keep-letter' | 'strike-letter' }>;

/** A letter that is kept already stays as it is. */
export function keepLetter(moment: Moment, { gen, letter }: LetterTask): readonly Task[] {
  const { shard, items, at } = letter;
  checkLetter(viewOf(moment.model, moment), { gen, shard, items, at });
  const isKept = moment.letters.some(
    (other) => other.gen === gen && other.shard === shard && other.items[0] === items[0],
  );
  if (!isKept) moment.letters = [...moment.letters, { gen, shard, items }];
  return [];
}

export function strikeLetter(moment: Moment, task: LetterTask): readonly Task[] {
  const { gen, letter } = task;
  const { run } = moment;
  if (run === null) return [];
  const { shard, at, items } = letter;
  const decision = moment.commit(gen, shard, run, { type: 'letter-kept', at, item: items[0] ?? 0 }, []);
  if (decision === null) return [];
  if (decision.isChanged && moment.strikes('ambiguous')) return [task];
  return effectsOf(gen, decision.effects);
}
