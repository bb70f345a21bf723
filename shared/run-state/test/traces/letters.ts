import { good, killer } from '../counting-chain.ts';
import type { Rules } from '../rules.ts';
import type { Walker } from '../schedule.ts';
import { watch } from '../steps/watch.ts';
import { LEASE_MS, MAX_DELIVERIES } from '../world.ts';
import { oneShard, Stage, type Trace } from './trace.ts';

/** Traces about the dead letters of what repair gives up. */
export const letterTraces: readonly Trace[] = [
  {
    name: 'without keeping it first: a dead letter is struck off, the watchdog dies, and nothing tells of the item',
    catches: ['strikes a dead letter off before it is kept'],
    play: (rules) => {
      const { stage, watchdog } = givingUp(rules);
      while (owed(stage) > 0) stage.advance(watchdog);
      stage.crash(watchdog);
      stage.settle(true);
    },
  },
  {
    name: 'without the letters at the close: the watchdog dies before he keeps one, and the run is terminated',
    catches: ['closes a shard without the letters that it owes'],
    play: (rules) => {
      const { stage, watchdog } = givingUp(rules);
      stage.crash(watchdog);
      stage.does('terminate');
      stage.settle(true);
    },
  },
  {
    name: 'without the letters that others owe: the watchdog dies before he keeps one, and the next sees nothing to give up',
    catches: ['keeps only the letters of what it gives up itself'],
    play: (rules) => {
      const { stage, watchdog } = givingUp(rules);
      stage.crash(watchdog);
      stage.settle(true);
    },
  },
  {
    name: 'without the record before its letter: the host gives an item up, its letter is kept, and a late worker brings its result',
    catches: ['keeps the letter of a poisoned item before it is recorded'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1)], 1), rules);
      const { world } = stage;
      const late = stage.hold(stage.work(0), 'tried');
      stage.crash(stage.hold({ ...stage.copyOf(late), deliveries: MAX_DELIVERIES - 1 }, 'tried'));
      world.now += LEASE_MS;
      stage.handle(stage.last('work'));
      stage.finish(late);
      stage.settle(true);
    },
  },
];

/** A run whose only item has just been given up, by a watchdog who has not kept its dead letter yet. */
function givingUp(rules: Rules): { readonly stage: Stage; readonly watchdog: Walker } {
  const stage = Stage.started(oneShard([killer(1)], 1), rules);
  for (let pass = 0; pass < 20; pass += 1) {
    stage.loseMessages();
    stage.world.now += 10_000_000;
    const watchdog = stage.walk(watch(stage.world));
    while (watchdog.at !== null && owed(stage) === 0) stage.advance(watchdog);
    if (watchdog.at !== null) return { stage, watchdog };
  }
  throw new Error('the item is never given up');
}

function owed({ world }: Stage): number {
  return world.ledger(world.run?.value.gen ?? '', 0)?.value.owed.length ?? 0;
}
