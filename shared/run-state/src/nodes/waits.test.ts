import { describe, expect, it } from 'vitest';
import { NOON, Play, task, wait } from '../../test/graphs.ts';
import { waitFor } from '../index.ts';

const raise = (name: string, payload: string) => ({ type: 'raise', name, payload }) as const;
const ended = (outcome: string) => ({ state: 'ended', outcome });

describe('a wait (R4)', () => {
  it('ends in the write that stores its event, and opens the next nodes', () => {
    const play = Play.of([wait('go', 60_000), task('next', { after: ['go'] })]);
    const { writes, effects } = play.decide(raise('go', 'yes'));
    expect(writes.event).toEqual({ name: 'go', payload: 'yes', at: NOON + 1 });
    expect(play.world.records.outputs.get('go.1')).toBe('yes');
    expect(effects.map(({ type }) => type)).toEqual(['send-task']);
  });

  it('takes an event that came before the wait opened, or before the run was written', () => {
    const play = new Play(Play.of([task('save'), wait('go', 60_000, { after: ['save'] })]).rules);
    expect(play.decide(raise('go', 'early')).run).toMatchObject({ status: 'Pending', updatedAt: NOON });
    expect(play.decide(raise('go', 'second')).run).toBe(play.run);
    play.decide({ type: 'ready' });
    play.succeed('save');
    expect(play.run.status).toBe('Completed');
    expect(play.world.records.outputs.get('go.1')).toBe('early');
  });

  it('times out before a late write is applied: that event is stored, but comes too late', () => {
    const play = Play.of([wait('go', 60_000, { onFailure: 'continue' }), task('next', { after: ['go'] })]);
    play.now += 60_000;
    play.decide(raise('go', 'yes'));
    expect(play.state('go')).toMatchObject(ended('timedOut'));
    expect(play.world.records.events.has('go')).toBe(true);
    expect(play.decide(raise('go', 'again')).run).toBe(play.run);
  });

  it('R6: times out while the run is suspended; the resume sends what follows', () => {
    const play = Play.of([wait('go', 60_000, { onFailure: 'continue' }), task('next', { after: ['go'] })]);
    play.decide({ type: 'suspend', reason: null });
    play.now += 60_000;
    expect(play.decide({ type: 'look' }).effects).toEqual([]);
    expect(play.run).toMatchObject({ status: 'Suspended', nodes: { go: ended('timedOut'), next: { state: 'out' } } });
    expect(play.decide({ type: 'resume', reason: null }).effects).toMatchObject([
      { type: 'send-task', node: 'next', epoch: 2 },
    ]);
  });

  it('fails the run if it times out, unless onFailure says continue, and if its payload is invalid', () => {
    const timed = Play.of([wait('go', 60_000)]);
    timed.now += 60_000;
    expect(timed.decide({ type: 'look' }).run).toMatchObject({
      status: 'Failed',
      error: { code: 'NodeTimedOut', message: 'node "go" did not end in time' },
    });
    expect(Play.of([wait('go')]).decide(raise('go', 'bad')).run).toMatchObject({
      status: 'Failed',
      error: { code: 'EventInvalid', message: 'a bad payload' },
    });
    expect(Play.of([wait('go')]).decide(raise('go', 'x'.repeat(70_000))).run).toMatchObject({
      error: { code: 'ResultTooLarge' },
    });
  });

  it('without a time-out waits forever, sends nothing, and ignores other events', () => {
    const play = Play.of([wait('go')]);
    expect(play.effects).toEqual([]);
    play.now += 1e12;
    play.decide(raise('other', 'yes'));
    expect(play.state('go')).toMatchObject({ state: 'waiting', until: null });
    expect(play.decide({ type: 'resume', reason: null }).refused).toBe('not-suspended');
    play.decide({ type: 'suspend', reason: null });
    expect(play.decide({ type: 'resume', reason: null }).effects).toEqual([]);
  });

  it('is found by the name of its event', () => {
    const { rules } = Play.of([task('save'), wait('go'), wait('pause', 0, { until: { type: 'delay', ms: 5 } })]);
    expect(waitFor(rules, 'go')).toBe(rules.nodes[1]);
    expect(waitFor(rules, 'save')).toBeUndefined();
  });

  it('computes its time-out once; undefined means forever', () => {
    const until = (timeoutMs: () => number | undefined) =>
      ({ type: 'event', event: 'go', misfit: () => null, timeoutMs }) as const;
    expect(Play.of([wait('go', 0, { until: until(() => 1_234.4) })]).state('go')).toMatchObject({
      until: NOON + 1_234,
    });
    expect(Play.of([wait('go', 0, { until: until(() => undefined) })]).state('go')).toMatchObject({ until: null });
  });

  it('for an instant or a duration succeeds when that is over, at once if it is in the past', () => {
    const at = new Date(NOON + 50).toISOString();
    const play = Play.of([
      wait('instant', 0, { until: { type: 'instant', at: () => at } }),
      wait('while', 0, { until: { type: 'delay', ms: 20 * 86_400_000 } }),
      wait('past', 0, { until: { type: 'instant', at: () => '2001-01-01' } }),
    ]);
    expect(play.effects).toMatchObject([
      { node: 'instant', delayMs: 50 },
      { node: 'while', delayMs: 7 * 86_400_000 },
    ]);
    expect(play.state('past')).toMatchObject(ended('succeeded'));
    play.now += 50;
    play.decide({ type: 'look' });
    expect(play.state('instant')).toMatchObject(ended('succeeded'));
    expect(play.world.records.outputs.get('instant.1')).toBeNull();
    play.now += 20 * 86_400_000;
    expect(play.decide({ type: 'look' }).run.status).toBe('Completed');
  });

  it('I4: sends its time-out again if the message that opened it is repeated', () => {
    const play = Play.of([task('save'), wait('go', 60_000, { after: ['save'] })]);
    const message = play.message('save');
    play.succeed('save');
    const { effects, run } = play.decide({ type: 'task', message, tried: null });
    expect(run).toBe(play.run);
    expect(effects).toMatchObject([{ type: 'send-due', node: 'go', delayMs: 60_000 }]);
  });
});
