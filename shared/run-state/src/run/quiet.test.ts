import { describe, expect, it } from 'vitest';
import { child, map, NOON, Play, task, wait } from '../../test/graphs.ts';
import { QUIET_MAX_MS, quietUntil } from './quiet.ts';

const HOUR = 3_600_000;
const quiet = (play: Play) => quietUntil(play.run, play.now);
const suspended = (play: Play) => {
  play.decide({ type: 'suspend', reason: null });
  return play;
};

describe('R10: a run is quiet', () => {
  it('while it only waits: for ten minutes, or until the first wait is due', () => {
    expect(quiet(Play.of([wait('go')]))).toBe(NOON + QUIET_MAX_MS);
    expect(quiet(Play.of([wait('go', HOUR), wait('soon', 60_000)]))).toBe(NOON + 60_000);
    const behind = Play.of([task('save'), wait('go', HOUR, { after: ['save'] })]);
    expect(quiet(behind)).toBeNull();
    behind.succeed('save');
    expect(quiet(behind)).toBe(NOON + QUIET_MAX_MS);
  });

  it('at most until its deadline', () => {
    const play = Play.of([wait('go', HOUR)], {}, { options: { tolerance: {}, deadline: NOON + 1_000 } });
    expect(quiet(play)).toBe(NOON + 1_000);
    play.now = NOON + 1_000;
    expect(quiet(play)).toBeNull();
  });

  it('while it is suspended, whatever is out (R6), until a wait is due', () => {
    expect(quiet(suspended(Play.of([task('save'), map('items', 3)])))).toBe(NOON + QUIET_MAX_MS);
    expect(quiet(suspended(Play.of([task('save'), wait('go', 60_000)])))).toBe(NOON + 60_000);
  });
});

describe('is not quiet', () => {
  it('a run with any other open work', () => {
    for (const other of [task('other'), map('other', 3), child('other')])
      expect(quiet(Play.of([wait('go', HOUR), other]))).toBeNull();
    expect(quiet(suspended(Play.of([wait('go', HOUR), child('other')])))).toBeNull();
  });

  it('a run with a dead letter to write, a child to tell, or nothing to wait for', () => {
    const play = Play.of([wait('go', HOUR)]);
    const outbox = [{ node: 'go', since: 1, at: NOON, reason: 'lost' }];
    expect(quietUntil({ ...play.run, outbox }, NOON)).toBeNull();
    const stopped = { state: 'stopped', since: 1, openedAt: NOON, endedAt: NOON } as const;
    const nodes = { ...play.run.nodes, sub: stopped };
    expect(quietUntil({ ...play.run, nodes }, NOON)).toBe(NOON + QUIET_MAX_MS);
    expect(quietUntil({ ...play.run, nodes: { ...nodes, sub: { ...stopped, runId: 'child' } } }, NOON)).toBeNull();
    expect(quietUntil({ ...play.run, nodes: {} }, NOON)).toBeNull();
  });

  it('a run that has not begun, or has ended', () => {
    expect(quiet(new Play(Play.of([]).rules))).toBeNull();
    const play = Play.of([wait('go', HOUR)]);
    play.decide({ type: 'terminate', reason: null });
    expect(quiet(play)).toBeNull();
  });
});
