import { demand } from '../checks.ts';
import { flaky, good } from '../counting-chain.ts';
import { setWindow } from '../steps/control.ts';
import { Stage, type Trace } from './trace.ts';

/** Traces about a window that is smaller than a chunk, and one that is made smaller. */
export const windowTraces: readonly Trace[] = [
  {
    name: 'without claims of a part (I3): a window of one item has a chunk of three in flight',
    catches: ['claims a whole chunk by a smaller window'],
    play: (rules) => {
      const three = [good(1), good(2), good(3)];
      Stage.started({ shards: [[three, three]], windowChunks: 1, windowItems: 1 }, rules).settle(false);
    },
  },
  {
    name: 'a window that is made narrower while the run is suspended holds when it is resumed (I3): what was out is over',
    catches: [],
    play: (rules) => {
      const three = [good(1), good(2), flaky(3, 1)];
      const stage = Stage.started({ shards: [[three, three, three]], windowChunks: 3 }, rules);
      stage.handle(stage.work(0)); // a retry waits
      stage.does('suspend');
      stage.finish(stage.walk(setWindow(stage.world, 2)));
      stage.does('resume');
      stage.handle(stage.last('dispatch'));
      demand(stage.world.windowItems() <= 2, 'I3: claims of the wider window were taken over');
      stage.settle(false);
    },
  },
  {
    name: 'a result of a late worker makes room in a part as well (I7): the next message finds it done and goes on',
    catches: [],
    play: (rules) => {
      const three = [good(1), good(2), good(3)];
      const stage = Stage.started({ shards: [[three]], windowChunks: 1, windowItems: 1 }, rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('suspend', 'resume');
      stage.handle(stage.last('dispatch'));
      stage.finish(late);
      stage.settle(false);
    },
  },
];
