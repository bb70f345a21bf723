import { demand } from '../checks.ts';
import { bad, flaky, good, killer } from '../counting-chain.ts';
import { setWindow } from '../steps/control.ts';
import { freshRun } from '../steps/operations.ts';
import { oneShard, Stage, startOf, type Trace } from './trace.ts';

const five = [good(1), good(2), good(3), good(4), good(5)];

/** Traces about claims, messages and results. */
export const claimTraces: readonly Trace[] = [
  {
    name: 'without I1: a second delivery counts its items again',
    catches: ['counts what is recorded already', 'writes without If-Match'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 2), rules);
      const again = { ...stage.work(0) };
      const [first, second] = [stage.hold(stage.work(0), 'commit'), stage.hold(stage.work(1), 'commit')];
      stage.finish(first);
      stage.finish(second);
      stage.handle(again);
      stage.settle(false);
    },
  },
  {
    name: 'without I2: the worker believes that nothing is recorded of the items that a message names, and counts them again',
    catches: ["believes the message's items"],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      const again = { ...stage.work(0) };
      stage.handle(stage.work(0));
      stage.handle(again);
      stage.settle(false);
    },
  },
  {
    name: 'without I4: sent before the commit, a commit that loses its race has sent what nobody claimed',
    catches: ['sends before the commit'],
    play: (rules) => {
      const stage = Stage.started(oneShard(five, 2), rules);
      const [first, second] = [stage.hold(stage.work(0), 'commit'), stage.hold(stage.work(1), 'commit')];
      stage.finish(first);
      stage.finish(second);
      stage.settle(false);
      demand(stage.world.sent.work === 5, `I4: ${stage.world.sent.work} messages for 5 chunks`);
    },
  },
  {
    name: 'without I4: X comes twice, both copies send Y, and a second chain of messages runs to the end of the shard',
    catches: ['sends every open claim again, not only its own'],
    play: (rules) => {
      const stage = Stage.started(oneShard(five, 1), rules);
      const again = { ...stage.work(0) };
      stage.handle(stage.work(0));
      stage.handle(again);
      stage.settle(false);
      demand(stage.world.sent.work <= 6, `I4: ${stage.world.sent.work} messages for 5 chunks and one repeat`);
    },
  },
  {
    name: 'without I4: a worker dies between commit and send, and its own redelivery sends nothing',
    catches: ['sends nothing again'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      stage.crash(stage.hold(stage.work(0), 'committed'));
      stage.settle(false);
    },
  },
  {
    name: 'without I7: a late worker of an old epoch claims, and its messages are dropped',
    catches: ['takes an old epoch for the current one'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2), good(3)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('suspend', 'resume');
      stage.handle(stage.last('dispatch'));
      stage.finish(late);
      stage.settle(false);
    },
  },
  {
    name: 'without I7: a worker of before a suspension records X, X of after it finds it done and leaves the claim: the run stands still without a crash',
    catches: ['leaves the claim of a chunk found done'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('suspend', 'resume');
      stage.handle(stage.last('dispatch'));
      stage.finish(late);
      stage.settle(false);
    },
  },
  {
    name: 'I7: the late worker records X after the dispatch claimed it and before it sent it; its message finds it done and takes the claim out',
    catches: ['leaves the claim of a chunk found done'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('suspend', 'resume');
      const dispatch = stage.hold(stage.last('dispatch'), 'send');
      stage.finish(late);
      stage.finish(dispatch);
      stage.settle(false);
    },
  },
  {
    name: 'without the message to collect from a delivery that finds the ledger empty: an old worker records the last item and starts nothing',
    catches: ['collects only with results of its own'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('suspend', 'resume');
      stage.handle(stage.last('dispatch'));
      stage.finish(late);
      stage.settle(false);
    },
  },
  {
    name: 'without the watchdog looking for the marker: the message to collect is lost, and every repair finds nothing missing',
    catches: ['repairs without asking for the count'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1)], 1), rules);
      stage.handle(stage.work(0));
      stage.loseMessages();
      stage.settle(true);
    },
  },
  {
    name: 'without silence of a dispatch at an unchanged epoch: dispatch and count call each other',
    catches: ['collects at every dispatch'],
    play: (rules) => {
      const stage = Stage.started({ shards: [[[good(1)]], [[good(2)]]], windowChunks: 2 }, rules);
      stage.handle(stage.last('dispatch'));
      stage.handle(stage.last('work'));
      stage.handle(stage.last('collect'));
      stage.finish(stage.walk(setWindow(stage.world, 30)));
      stage.settle(false);
      demand(stage.world.sent.collect === 2, `I4: ${stage.world.sent.collect} messages to collect two shards`);
    },
  },
  {
    name: 'without repairs counted: every copy of a killing item kills its worker, for ever',
    catches: ['does not count repairs'],
    play: (rules) => {
      const stage = Stage.started(oneShard([killer(1)], 1), rules);
      const { world } = stage;
      for (let minute = 0; minute < 240 && world.live !== null; minute += 1) {
        stage.drain();
        world.queue = world.queue.filter(({ deliveries }) => deliveries === 0); // the leased copies never come back
        world.now += 60_000;
        stage.watches();
      }
      demand(world.run?.value.status === 'Failed', 'I6: the item was never given up');
    },
  },
  {
    name: 'without single items after three repairs: a killing item sinks its neighbours',
    catches: ['never splits a chunk'],
    play: (rules) => {
      const stage = Stage.started({ shards: [[[killer(1), good(2)]]], windowChunks: 1 }, rules);
      stage.settle(true);
      demand(
        stage.world.ledger(stage.world.run?.value.gen ?? '', 0)?.value.succeeded === 1,
        'I6: a neighbour was given up',
      );
      demand(
        stage.world.letters.every(({ items }) => items.length === 1),
        'I6: dead letters name the wrong items',
      );
    },
  },
  {
    name: 'without the head of the queue: repair behind a backlog sends what only waits',
    catches: ['repairs blindly behind a backlog'],
    play: (rules) => {
      const stage = new Stage(oneShard([good(1)], 1), rules);
      const { world } = stage;
      const run = Stage.started(oneShard([good(9)], 1), rules).work(0);
      world.queue.push({ ...run, insertedAt: world.now - 1 }); // another run's, older than ours
      stage.finish(stage.walk(startOf(stage)));
      world.now += 600_000;
      stage.watches();
      demand(world.sent.work === 1, `overdue: ${world.sent.work} messages for a chunk that waits`);
      world.queue = world.queue.filter((envelope) => envelope.insertedAt >= world.now - 600_000);
      stage.settle(true);
    },
  },
  {
    name: 'without judging each claim by itself: a dead worker is missed while another lives',
    catches: ['repairs only where nothing else was claimed lately'],
    play: (rules) => {
      const stage = Stage.started(oneShard([...five, ...five], 2), rules);
      const { world } = stage;
      world.queue = world.queue.filter((envelope) => envelope !== stage.work(0));
      for (const chunk of [1, 2, 3, 4]) {
        world.now += 25_000;
        stage.handle(stage.work(chunk));
        stage.watches();
      }
      demand(
        world.queue.some(({ message }) => message.kind === 'work' && message.chunk === 0),
        'overdue: nobody sent chunk 0 again',
      );
      stage.settle(true);
    },
  },
  {
    name: 'without I9: after a resume a worker with the cached Suspended row drops the message',
    catches: ['drops on a cached row'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1)], 1), rules);
      const [, stale] = stage.processes;
      stage.does('suspend');
      freshRun(stage.world, stale);
      stage.does('resume');
      stage.handle(stage.last('dispatch'));
      stage.handle(stage.work(0), stale);
      stage.settle(false);
    },
  },
  {
    name: 'without I9: a worker with the cached Pending row drops the first message',
    catches: ['drops on a cached row'],
    play: (rules) => {
      const stage = new Stage(oneShard([good(1)], 1), rules);
      const [, stale] = stage.processes;
      const starting = stage.walk(startOf(stage));
      starting.reach('inserted');
      freshRun(stage.world, stale);
      stage.finish(starting);
      stage.handle(stage.work(0), stale);
      stage.settle(false);
    },
  },
  {
    name: 'without one owner of a retry: two deliveries fail the item and both send attempt 2',
    catches: ['sends a retry at every delivery'],
    play: (rules) => {
      const stage = Stage.started(oneShard([flaky(1, 1)], 1), rules);
      const { world } = stage;
      const slow = stage.hold(stage.work(0), 'tried');
      world.now += 130_000;
      stage.watches();
      const copy = stage.hold(stage.work(0), 'tried');
      stage.finish(slow);
      stage.finish(copy);
      stage.settle(false);
      demand(world.sent.work === 3, `I4: ${world.sent.work} messages for a chunk, its repair and one retry`);
    },
  },
  {
    name: 'without leaving a failed try unrecorded while suspended: the resumed message of the same attempt sends no retry, and nobody does',
    catches: ['records a failed try that it may not send again'],
    play: (rules) => {
      const stage = Stage.started(oneShard([flaky(1, 1)], 1), rules);
      const [, stale] = stage.processes;
      const late = stage.hold(stage.work(0), 'commit', stale);
      stage.does('suspend');
      freshRun(stage.world, stale);
      stage.does('resume');
      stage.handle(stage.last('dispatch'));
      stage.finish(late);
      stage.settle(false);
    },
  },
  {
    name: 'a failed item is a result like any other',
    catches: [],
    play: (rules) => Stage.started(oneShard([bad(1), good(2), flaky(3, 3)], 2), rules).settle(false),
  },
];
