import { describe, expect, it } from 'vitest';
import { NOON, Play, task } from '../../test/graphs.ts';
import type { QueueLook, TaskTry } from '../index.ts';

const error = { code: 'Busy', message: 'later' };
const retry: TaskTry = { kind: 'retry', error, retryAfterMs: 0 };
const again: TaskTry = { kind: 'again', afterMs: 5_000, state: { page: 2 } };
const failedBy = (code: string) => ({ state: 'ended', outcome: 'failed', error: { code } });

describe('a delivery of a task', () => {
  it('I1: records the first result; a second result changes nothing', () => {
    const play = Play.of([task('save'), task('other')]);
    const message = play.message('save');
    play.succeed('save', 'first');
    expect(play.state('save')).toMatchObject({ state: 'ended', outcome: 'succeeded', attempts: 1 });
    const twice = play.decide({ type: 'task', message, tried: { kind: 'succeeded', result: 'second' } });
    expect(twice.run).toBe(play.run);
    expect(play.world.records.tasks.get('save.1')).toEqual({ input: { order: 7 }, result: 'first' });
  });

  it('I4: opens the next nodes under its own token, and sends them again if it is repeated, refused or not', () => {
    const play = Play.of([task('save'), task('pdf', { after: ['save'] }), task('video', { after: ['save'] })]);
    const message = play.message('save');
    const first = play.succeed('save');
    expect(play.state('pdf')).toMatchObject({ by: message.token });
    const toks = (effects: readonly object[]) => effects.map((effect) => ('token' in effect ? effect.token : null));
    const second = play.decide({ type: 'task', message, tried: null });
    expect(second.effects).toMatchObject([{ node: 'pdf' }, { node: 'video' }]);
    expect(new Set([...toks(first.effects), ...toks(second.effects)]).size).toBe(4);
    const poison = { type: 'poison', message, reason: 'r', waitMs: 0, headInsertedAt: null } as const;
    expect(play.decide(poison).effects).toHaveLength(2);
    expect(play.decide({ type: 'task', message: { ...message, token: 'stranger' }, tried: null }).effects).toEqual([]);
  });

  it('retries as often as its policy says, then fails with the last error', () => {
    const play = Play.of([task('save')]);
    expect(play.try('save', retry).effects).toMatchObject([{ type: 'send-task', attempt: 2, delayMs: 1_000 }]);
    expect(play.state('save')).toMatchObject({ attempt: 2, notBefore: NOON + 1_000, sends: 0 });
    play.now += 1_000;
    expect(play.try('save', { ...retry, retryAfterMs: 30 * 86_400_000 }).effects).toMatchObject([
      { delayMs: 7 * 86_400_000 },
    ]);
    play.try('save', retry);
    expect(play.run).toMatchObject({ status: 'Failed', error, nodes: { save: { attempts: 3 } } });
  });

  it('I4: sends a retry once, and again only if the message that recorded it is repeated', () => {
    const play = Play.of([task('save')]);
    const message = play.message('save');
    play.try('save', retry);
    const repeated = play.decide({ type: 'task', message, tried: retry });
    expect(repeated.run).toBe(play.run);
    expect(repeated.effects).toMatchObject([{ attempt: 2, delayMs: 1_000 }]);
    const other = play.decide({
      type: 'task',
      message: { ...message, token: 'copy' },
      tried: { kind: 'failed', error },
    });
    expect(other).toMatchObject({ effects: [], history: [] });
    const poison = { type: 'poison', message, reason: 'r', waitMs: 0, headInsertedAt: null } as const;
    expect(play.decide(poison).effects).toMatchObject([{ attempt: 2 }]);
  });

  it('is called again if its handler asks for it, which uses no try and keeps the state', () => {
    const play = Play.of([task('save')]);
    expect(play.try('save', again).effects).toMatchObject([{ attempt: 1, calls: 1, delayMs: 5_000 }]);
    expect(play.world.records.tasks.get('save.1')).toMatchObject({ state: { page: 2 } });
    play.try('save', { kind: 'again', afterMs: 0 });
    expect(play.state('save')).toMatchObject({ attempt: 1, calls: 2 });
    expect(play.world.records.tasks.get('save.1')).toMatchObject({ state: { page: 2 } });
  });

  it('I4: a message of an earlier call starts no second chain of calls', () => {
    const play = Play.of([task('save')]);
    const first = play.message('save');
    play.try('save', again);
    const repeated = play.decide({ type: 'task', message: first, tried: again });
    expect(repeated.run).toBe(play.run);
    expect(repeated.effects).toHaveLength(1);
    const second = play.message('save');
    play.try('save', again);
    const late = play.decide({ type: 'task', message: { ...second, token: 'copy' }, tried: again });
    expect([late.run, late.effects]).toEqual([play.run, []]);
  });

  it('fails if its result or state is too large for a row', () => {
    const large = 'x'.repeat(70_000);
    expect(Play.of([task('save')]).succeed('save', large).run.nodes['save']).toMatchObject(failedBy('ResultTooLarge'));
    const state = Play.of([task('save')]).try('save', { ...again, state: large }).run.nodes['save'];
    expect(state).toMatchObject(failedBy('ResultTooLarge'));
  });

  it('fails if its result or state does not survive JSON', () => {
    const odd = { ratio: Number.NaN };
    const play = Play.of([task('save')]);
    expect(play.succeed('save', odd).run.nodes['save']).toMatchObject(failedBy('ResultInvalid'));
    expect(play.world.records.tasks.get('save.1')).toEqual({ input: { order: 7 } });
    const state = Play.of([task('save')]).try('save', { ...again, state: odd }).run.nodes['save'];
    expect(state).toMatchObject(failedBy('ResultInvalid'));
  });

  it('fails if its tries and pauses together exceed its time limit', () => {
    for (const tried of [retry, again]) {
      const play = Play.of([task('save', { withinMs: 10_000 })]);
      play.now += 9_500;
      play.try('save', tried);
      expect(play.state('save')).toMatchObject(failedBy('TimedOut'));
      expect(play.world.records.tasks.get('save.1')).toEqual({ input: { order: 7 } });
    }
  });

  it('I7: of an older epoch leaves only a success in its row, which the current message takes', () => {
    const play = Play.of([task('save')]);
    const old = play.message('save');
    play.decide({ type: 'suspend', reason: null });
    play.decide({ type: 'resume', reason: null });
    play.decide({ type: 'task', message: old, tried: { kind: 'failed', error } });
    const { history } = play.decide({ type: 'task', message: old, tried: { kind: 'succeeded', result: 'late' } });
    expect([history, play.state('save')]).toMatchObject([[], { state: 'out', epoch: 2 }]);
    play.try('save', { kind: 'failed', error });
    expect(play.run.status).toBe('Completed');
    expect(play.world.records.tasks.get('save.1')).toHaveProperty('result', 'late');
  });

  it('I7: the watchdog and a poisoned current message take a success of an older epoch too', () => {
    const late = () => {
      const play = Play.of([task('save')]);
      const old = play.message('save');
      play.decide({ type: 'suspend', reason: null });
      play.decide({ type: 'resume', reason: null });
      play.decide({ type: 'task', message: old, tried: { kind: 'succeeded', result: 'late' } });
      return play;
    };
    const watched = late();
    watched.decide({ type: 'repair', looks: new Map([['save', { headInsertedAt: null, servedAt: null }]]) });
    expect(watched.run.status).toBe('Completed');
    const poisoned = late();
    const message = poisoned.message('save');
    poisoned.decide({ type: 'poison', message, reason: 'r', waitMs: 0, headInsertedAt: null });
    expect(poisoned.run.status).toBe('Completed');
  });

  it('R1: changes nothing for another round, a node without a row, or a node that the chain does not have', () => {
    const play = Play.of([task('save')]);
    const tried = { kind: 'succeeded', result: 1 } as const;
    expect(play.try('save', tried, { since: 2 }).run).toBe(play.run);
    expect(play.try('save', tried, { node: 'other' }).run).toBe(play.run);
    const rules = { ...play.rules, nodes: [task('new')] };
    const renamed = new Play(rules, play.world);
    const message = play.message('save');
    renamed.decide({ type: 'task', message, tried: { kind: 'failed', error } });
    expect(renamed.state('save')).toMatchObject({ state: 'out' });
  });
});

describe('repair of tasks (R10)', () => {
  const look: QueueLook = { headInsertedAt: null, servedAt: NOON + 1e9 };
  const repair = (play: Play, over: Partial<QueueLook> = {}) =>
    play.decide({ type: 'repair', looks: new Map([['save', { ...look, ...over }]]) });
  /** Lets the claim become overdue, and runs a pass. */
  const pass = (play: Play, over: Partial<QueueLook> = {}) => {
    play.now += 1_000_000;
    return repair(play, over);
  };

  it('sends a task again when it is out for longer than its time-out and a minute, doubled each time', () => {
    const play = Play.of([task('save')]);
    play.now += 90_000;
    expect(repair(play).effects).toEqual([]);
    play.now += 1;
    expect(repair(play).effects).toMatchObject([{ type: 'send-task', attempt: 1 }]);
    expect(play.state('save')).toMatchObject({ sends: 1, at: play.now });
    play.now += 180_000;
    expect(repair(play).effects).toEqual([]);
    play.now += 1;
    expect(repair(play).effects).toHaveLength(1);
  });

  it('waits for a due retry and for older messages in the queue, and skips nodes that it did not look at', () => {
    const play = Play.of([task('save')]);
    play.try('save', { ...retry, retryAfterMs: 1_500_000 });
    expect(pass(play).effects).toEqual([]);
    expect(pass(play, { headInsertedAt: NOON }).effects).toEqual([]);
    expect(play.decide({ type: 'repair', looks: new Map() }).effects).toEqual([]);
    expect(repair(play, { headInsertedAt: NOON + 1 }).effects).toHaveLength(1);
    expect(play.state('save')).not.toHaveProperty('notBefore');
  });

  it('R8 I6: gives up a task that keeps disappearing if a worker has served it since, and puts a dead letter into the outbox', () => {
    const play = Play.of([task('save')]);
    pass(play);
    pass(play);
    for (const servedAt of [null, NOON]) {
      expect(pass(play, { servedAt }).effects).toMatchObject([{ type: 'send-task', node: 'save' }]);
      expect(play.state('save')).toMatchObject({ sends: 2, at: play.now });
    }
    const { effects, run } = pass(play);
    const reason = 'no worker recorded a result after 3 sends';
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'Poisoned', message: reason } });
    const letter = { node: 'save', since: 1, at: run.updatedAt, reason };
    expect(run.outbox).toEqual([letter]);
    expect(effects).toEqual([{ type: 'task-letter', ...letter }, { type: 'finalize' }]);
  });

  it('R6: leaves the tasks of a suspended run alone, however long it is suspended', () => {
    const play = Play.of([task('save')]);
    play.decide({ type: 'suspend', reason: null });
    for (let passed = 0; passed < 9; passed += 1) expect(pass(play).run).toBe(play.run);
  });

  it('ends a task whose time limit has passed', () => {
    const play = Play.of([task('save', { withinMs: 1_000 })]);
    pass(play);
    expect(play.state('save')).toMatchObject(failedBy('TimedOut'));
  });

  it("keeps dead letters that another pass has left, and removes them once they are written, also after the run's end", () => {
    const play = Play.of([task('save', { onFailure: 'continue' }), task('other')]);
    for (let passed = 0; passed < 3; passed += 1) pass(play);
    const [letter] = play.run.outbox;
    expect(letter).toBeDefined();
    if (letter === undefined) return;
    expect(repair(play).effects).toEqual([{ type: 'task-letter', ...letter }]);
    play.decide({ type: 'suspend', reason: null });
    expect(repair(play).effects).toEqual([{ type: 'task-letter', ...letter }]);
    play.decide({ type: 'resume', reason: null });
    const kept = { type: 'task-outbox-delivered', ...letter } as const;
    expect(play.decide({ ...kept, at: 1 }).run).toBe(play.run);
    const before = play.world;
    expect(play.decide(kept).run.outbox).toEqual([]);
    const end = new Play(play.rules, before);
    end.effects.push(...play.effects);
    end.succeed('other');
    expect(end.decide(kept).run).toMatchObject({ status: 'Completed', outbox: [] });
    expect(end.decide(kept).run).toBe(end.run);
  });
});

describe('a poisoned message (I2)', () => {
  const poison = (play: Play, over = {}) => {
    const message = play.message('save');
    return play.decide({ type: 'poison', message, reason: 'gave up', waitMs: 10_000, headInsertedAt: null, ...over });
  };

  it('is believed once no message of the claim can be queued or in work', () => {
    const play = Play.of([task('save')]);
    const from = NOON + 10_000;
    expect(poison(play)).toMatchObject({ refused: 'too-early', from, effects: [] });
    play.now = from;
    expect(poison(play, { headInsertedAt: from })).toMatchObject({ refused: 'too-early', from });
    expect(poison(play).run).toMatchObject({ status: 'Failed', error: { code: 'Poisoned', message: 'gave up' } });
  });

  it('changes nothing of another try, round, epoch or node', () => {
    const play = Play.of([task('save')]);
    play.now += 1e6;
    const message = play.message('save');
    for (const over of [{ attempt: 2 }, { since: 2 }, { epoch: 2 }, { node: 'other' }, { calls: 3 }])
      expect(poison(play, { message: { ...message, ...over } })).toMatchObject({ run: play.run, effects: [] });
  });
});
