import { killer } from '../counting-chain.ts';
import type { Rules } from '../rules.ts';
import type { Walker } from '../schedule.ts';
import { watch } from '../steps/watch.ts';
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
