import { type Chunk, isComplete, isFinished, permitsOf, type SendChunk } from '../src/index.ts';
import type { Item } from './counting-chain.ts';
import { type Decision, type Event, type Rules, type State, soundRules } from './rules.ts';

/** Deliberately broken cores, and worlds that break a rule of the steps around it. Each must be caught. */
export type Mutant = (sound: Rules) => Rules;
type RecordEvent = Extract<Event, { type: 'record' }>;

/** Breaks the handling of one kind of shard event. */
function broken<Type extends Event['type']>(
  type: Type,
  decide: (state: State, event: Extract<Event, { type: Type }>, now: number, sound: Rules) => Decision,
): Mutant {
  const isMeant = (event: Event): event is Extract<Event, { type: Type }> => event.type === type;
  return (sound) => ({
    ...sound,
    decideShard: (state, event, now) =>
      isMeant(event) ? decide(state, event, now, sound) : sound.decideShard(state, event, now),
  });
}

const flag =
  (rule: keyof Rules): Mutant =>
  (sound) => ({ ...sound, [rule]: false });
const onChunk = (state: State, number: number, change: (chunk: Chunk<Item, number>) => Chunk<Item, number>): State => {
  const chunk = state.chunks.get(number);
  return chunk === undefined ? state : { ...state, chunks: new Map(state.chunks).set(number, change(chunk)) };
};
const without = (decision: Decision, type: Decision['effects'][number]['type']): Decision => ({
  ...decision,
  effects: decision.effects.filter((effect) => effect.type !== type),
});
const isFoundDone = (state: State, { message }: RecordEvent) => {
  const chunk = state.chunks.get(message.chunk);
  return chunk !== undefined && isComplete(chunk);
};
const sendAgain = (state: State, chunk: number, tok: string): SendChunk => ({
  type: 'send-chunk',
  ...{ shard: state.ledger.shard, chunk, epoch: state.ledger.epoch, tok, attempt: 1, split: false, delayMs: 0 },
});

export const mutants = {
  'counts what is recorded already': broken('record', (state, event, now, sound) => {
    const forgotten = onChunk(state, event.message.chunk, (chunk) => ({
      ...chunk,
      outcomes: chunk.outcomes.map(() => null),
    }));
    return sound.decideShard(forgotten, event, now);
  }),
  "believes the message's items": flag('takesItemsFromRow'),
  'writes without If-Match': flag('writesConditionally'),
  'sends before the commit': flag('sendsAfterCommit'),
  'sends every open claim again, not only its own': broken('record', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    if (!isFoundDone(state, event)) return decision;
    const again = decision.state.ledger.open.map(({ chunk }) =>
      sendAgain(decision.state, chunk, `${event.chance.tok}-${chunk}`),
    );
    return { ...decision, effects: [...decision.effects, ...again] };
  }),
  'sends nothing again': broken('record', (state, event, now, sound) =>
    isFoundDone(state, event) ? { state, effects: [] } : sound.decideShard(state, event, now),
  ),
  'takes an old epoch for the current one': broken('record', (state, event, now, sound) =>
    sound.decideShard(state, { ...event, message: { ...event.message, epoch: state.ledger.epoch } }, now),
  ),
  'leaves the claim of a chunk found done': broken('record', (state, event, now, sound) =>
    isFoundDone(state, event) ? { state, effects: [] } : sound.decideShard(state, event, now),
  ),
  'collects only with results of its own': broken('record', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    return isFoundDone(state, event) ? without(decision, 'send-collect') : decision;
  }),
  'repairs without asking for the count': broken('repair', (state, event, now, sound) =>
    without(sound.decideShard(state, event, now), 'send-collect'),
  ),
  'collects at every dispatch': broken('dispatch', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    const { ledger, run } = decision.state;
    if (!isFinished(ledger) || run.status !== 'Running') return decision;
    return { ...decision, effects: [{ type: 'send-collect', shard: ledger.shard, epoch: run.epoch }] };
  }),
  'does not count repairs': broken('repair', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    const open = decision.state.ledger.open.map((entry) => ({ ...entry, sends: 0 }));
    return { ...decision, state: { ...decision.state, ledger: { ...decision.state.ledger, open } } };
  }),
  'never splits a chunk': (sound) => ({
    ...sound,
    permitsOf: (run, stage, send, noteOf) => permitsOf(run, stage, { ...send, split: false }, noteOf),
  }),
  'strikes a dead letter off before it is kept': flag('keepsLettersFirst'),
  'keeps the letter of a poisoned item before it is recorded': flag('keepsLettersOfRecordedItems'),
  'closes a shard without the letters that it owes': broken('close', (state, event, now, sound) =>
    without(sound.decideShard(state, event, now), 'dead-letter'),
  ),
  'keeps only the letters of what it gives up itself': broken('repair', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    const known = state.ledger.owed.map(({ chunk }) => chunk);
    const isOthers = (effect: Decision['effects'][number]) =>
      effect.type === 'dead-letter' && known.includes(effect.chunk);
    return { ...decision, effects: decision.effects.filter((effect) => !isOthers(effect)) };
  }),
  'repairs blindly behind a backlog': flag('looksAtQueueHead'),
  'repairs only where nothing else was claimed lately': broken('repair', (state, event, now, sound) => {
    const isBusy = state.ledger.open.some((entry) => now - entry.at < 60_000);
    return isBusy ? { state, effects: [] } : sound.decideShard(state, event, now);
  }),
  'drops on a cached row': flag('dropsOnFreshRow'),
  'writes live after the run row': flag('liveComesFirst'),
  'sends before the run is Running': flag('sendsAfterReady'),
  'deletes live where no run row is': flag('endsUnwrittenRuns'),
  'takes all generations for one': flag('knowsGenerations'),
  'counts a shard whatever its epoch': (sound) => ({
    ...sound,
    decideRun: (run, event, now) =>
      sound.decideRun(run, event.type === 'count' ? { ...event, ledgerEpoch: run.epoch } : event, now),
  }),
  'takes the final counts of an earlier end': (sound) => ({
    ...sound,
    decideRun: (run, event, now) =>
      sound.decideRun(run, event.type === 'house' ? { ...event, epoch: run.epoch } : event, now),
  }),
  'counts an unfinished shard': flag('countsFinishedOnly'),
  'closed ledgers take results': broken('record', (state, event, now, sound) => {
    const opened = { ...state, ledger: { ...state.ledger, closed: false } };
    const decision = sound.decideShard(opened, event, now);
    if (decision.state === opened) return { ...decision, state };
    return {
      ...decision,
      state: { ...decision.state, ledger: { ...decision.state.ledger, closed: state.ledger.closed } },
    };
  }),
  'deletes live unconditionally': flag('deletesLiveConditionally'),
  'deletes live without writing the run row once more': flag('provesLiveLeftOver'),
  'touches live only before the first try': flag('touchesLiveAtEveryTry'),
  'sends a retry at every delivery': broken('record', (state, event, now, sound) => {
    const lowered = onChunk(state, event.message.chunk, (chunk) => ({
      ...chunk,
      attempts: chunk.attempts.map(() => 0),
    }));
    return sound.decideShard(lowered, event, now);
  }),
  'records a failed try that it may not send again': broken('record', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    if (state.run.status === 'Running' || event.message.epoch !== state.ledger.epoch) return decision;
    const { attempt, chunk } = event.message;
    return {
      ...decision,
      state: onChunk(decision.state, chunk, (row) => ({ ...row, attempts: row.attempts.map(() => attempt) })),
    };
  }),
  'does not read the event again': flag('readsEventAgain'),
  'lets the time-out win over a stored event': (sound) => ({
    ...sound,
    decideRun: (run, event, now) => {
      const isLate = run.status === 'Running' && run.gate.state === 'waiting' && now >= run.gate.until;
      return sound.decideRun(run, event.type === 'settle' && isLate ? { ...event, verdict: null } : event, now);
    },
  }),
  'divides the window up, rounded up': (sound) => ({
    ...sound,
    decideShard: (state, event, now) => {
      const { run } = state;
      const chunks = Math.ceil(Math.floor(run.window / run.chunkItems) / run.shards);
      const alone = { ...run, shards: 1, counted: [], window: chunks * run.chunkItems };
      return sound.decideShard({ ...state, run: alone }, event, now);
    },
  }),
  'claims a whole chunk by a smaller window': (sound) => ({
    ...sound,
    decideShard: (state, event, now) => {
      const { run } = state;
      const decision = sound.decideShard(
        { ...state, run: { ...run, window: Math.max(run.window, run.chunkItems) } },
        event,
        now,
      );
      return { ...decision, state: { ...decision.state, run } };
    },
  }),
  'wakes no shard': (sound) => ({
    ...sound,
    decideRun: (run, event, now) => {
      const decision = sound.decideRun(run, event, now);
      if (event.type !== 'count') return decision;
      return { ...decision, effects: decision.effects.filter((effect) => effect.type !== 'send-dispatch') };
    },
  }),
  'trusts a share of nothing': broken('record', (state, event, now, sound) =>
    without(sound.decideShard(state, event, now), 'send-dispatch'),
  ),
  'keeps its claims through a rewind': broken('reopen', (state, event, now, sound) => {
    const decision = sound.decideShard(state, event, now);
    if (!event.last || decision.state.ledger === state.ledger) return decision;
    const { ledger } = decision.state;
    const kept = state.ledger.open.filter(({ chunk }) => !ledger.open.some((entry) => entry.chunk === chunk));
    return { ...decision, state: { ...decision.state, ledger: { ...ledger, open: [...ledger.open, ...kept] } } };
  }),
  'completes a run after its deadline': (sound) => ({
    ...sound,
    decideRun: (run, event, now) => {
      const timeless = { ...run, options: { ...run.options, deadline: undefined } };
      const decision = sound.decideRun(event.type === 'settle' || event.type === 'count' ? timeless : run, event, now);
      return { ...decision, run: { ...decision.run, options: run.options } };
    },
  }),
  'lets an old approval answer for a new output': (sound) => ({
    ...sound,
    decideRun: (run, event, now) => ({ ...sound.decideRun(run, event, now), dropEvent: undefined }),
  }),
  'checks the tolerance shard by shard only': (sound) => ({
    ...sound,
    decideRun: (run, event, now) => {
      const lenient = { ...run, options: { ...run.options, tolerance: {} } };
      return sound.decideRun(event.type === 'settle' ? lenient : run, event, now);
    },
  }),
} satisfies Record<string, Mutant>;

export type MutantName = keyof typeof mutants;

export function rulesOf(mutant: MutantName | null): Rules {
  if (mutant === null) return soundRules;
  const breakRules: Mutant = mutants[mutant];
  return breakRules(soundRules);
}

export function namesMutant(name: string): name is MutantName {
  return Object.hasOwn(mutants, name);
}
