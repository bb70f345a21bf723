import { demand } from '../checks.ts';
import { bad, good, type Setting } from '../counting-chain.ts';
import { control, raiseEvent } from '../steps/control.ts';
import { oneShard, Stage, startOf, type Trace } from './trace.ts';

const gate = { event: 'Approval', timeoutMs: 3_600_000, onTimeout: 'fail' } as const;
const yes = { approved: true, reason: null };

/** Traces about the start, the count, the end and the rewind of a run. */
export const runTraces: readonly Trace[] = [
  {
    name: 'without live before the run row: the start dies between the two, and the id is taken for ever',
    catches: ['writes live after the run row'],
    play: (rules) => {
      const stage = new Stage(oneShard([good(1)], 1), rules);
      const starting = stage.walk(startOf(stage));
      starting.reach('pending');
      stage.crash(starting);
      stage.settle(true);
    },
  },
  {
    name: 'without Running before the messages: they are dropped as Pending',
    catches: ['sends before the run is Running'],
    play: (rules) => {
      const stage = new Stage(oneShard([good(1), good(2)], 1), rules);
      const starting = stage.walk(startOf(stage));
      starting.reach('write');
      for (const envelope of stage.world.visible()) stage.handle(envelope);
      stage.finish(starting);
      stage.settle(false);
    },
  },
  {
    name: 'without a run row for a live row of nobody: it is cleaned away under a slow start, and no watchdog sees the run',
    catches: ['deletes live where no run row is'],
    play: (rules) => {
      const stage = new Stage(oneShard([good(1)], 1), rules);
      const slow = stage.walk(startOf(stage));
      slow.reach('live');
      stage.world.now += 400_000;
      stage.watches();
      stage.finish(slow);
      stage.loseMessages();
      stage.settle(true);
    },
  },
  {
    name: 'without the generation: a late worker of the old run records into the new one, and old rows are in its way',
    catches: ['takes all generations for one'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('terminate');
      stage.drainOthers(late);
      stage.world.now += 5_000;
      stage.finish(stage.walk(startOf(stage)));
      stage.finish(late);
      stage.settle(false);
      demand(stage.world.run?.value.status === 'Completed', 'the new run did not complete');
    },
  },
  {
    name: "without the ledger's epoch at the count: a late message puts a marker back that the rewind deleted",
    catches: ['counts a shard whatever its epoch'],
    play: (rules) => {
      const stage = completed(oneShard([good(1), bad(2)], 2), rules);
      stage.does('rewind');
      stage.handle(stage.late);
      stage.settle(false);
      demand(stage.world.sent.work === 3, 'the failed item was not tried again');
    },
  },
  {
    name: 'without looking whether the ledger is finished: a late message counts a shard that was opened again',
    catches: ['counts an unfinished shard'],
    play: (rules) => {
      const stage = completed(oneShard([good(1), bad(2)], 2), rules);
      stage.does('rewind');
      stage.handle(stage.last('dispatch'));
      stage.handle(stage.late);
      stage.settle(false);
    },
  },
  {
    name: 'without the epoch of the final counts: a slow housekeeper of the first end writes its counts into the end after a rewind',
    catches: ['takes the final counts of an earlier end'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1)], 1), rules);
      stage.fails();
      const slow = stage.hold(stage.last('event'), 'write'); // has closed and counted, and not yet written
      stage.does('rewind');
      stage.world.now += 2_000;
      stage.handle(stage.last('dispatch'));
      stage.handle(stage.work(0));
      const keeper = stage.hold(stage.last('collect'), 'housekeep'); // ended again, not closed yet
      stage.finish(slow);
      stage.finish(keeper);
      stage.settle(true);
    },
  },
  {
    name: 'without closed ledgers (I5): late results move the counts of a terminated run',
    catches: ['closed ledgers take results'],
    play: (rules) => {
      const stage = Stage.started(oneShard([good(1), good(2)], 1), rules);
      const late = stage.hold(stage.work(0), 'tried');
      stage.does('terminate');
      stage.drainOthers(late);
      stage.finish(late);
      stage.settle(false);
    },
  },
  {
    name: 'without If-Match on live: housekeeping of the failed run deletes what the rewind has touched',
    catches: ['deletes live unconditionally'],
    play: (rules) => {
      const stage = Stage.started(oneShard([bad(1)], 1), rules);
      stage.handle(stage.work(0));
      const keeper = stage.hold(stage.last('collect'), 'delete live');
      stage.does('rewind');
      stage.finish(keeper);
      stage.loseMessages();
      stage.settle(true);
    },
  },
  {
    name: 'without writing the run row once more: a second housekeeper reads live just after the rewind touched it, and deletes it',
    catches: ['deletes live without writing the run row once more'],
    play: (rules) => {
      const stage = completed(oneShard([bad(1)], 1), rules);
      const rewinding = stage.walk(control(stage.world, 'rewind'));
      rewinding.reach('write');
      const second = stage.hold(stage.late, 'delete live');
      stage.finish(rewinding);
      stage.finish(second);
      stage.loseMessages();
      stage.settle(true);
    },
  },
  {
    name: 'without touching live at every try: the housekeeper reads the first touch, makes the rewind try again, and deletes',
    catches: ['touches live only before the first try'],
    play: (rules) => {
      const stage = Stage.started(oneShard([bad(1)], 1), rules);
      stage.handle(stage.work(0));
      const first = stage.hold(stage.last('collect'), 'housekeep'); // ended, not closed yet
      stage.world.send({ kind: 'event', gen: stage.world.run?.value.gen ?? '' });
      const rewinding = stage.walk(control(stage.world, 'rewind'));
      rewinding.reach('write');
      const keeper = stage.hold(stage.last('event'), 'delete live');
      stage.finish(rewinding);
      stage.finish(keeper);
      stage.finish(first);
      stage.loseMessages();
      stage.settle(true);
    },
  },
  {
    name: 'without reading the event again: it is stored just before the gate opens, and the run waits for its time-out',
    catches: ['does not read the event again'],
    play: (rules) => {
      const stage = Stage.started({ ...oneShard([good(1)], 1), gate }, rules);
      stage.handle(stage.work(0));
      const opensAt = stage.world.now;
      const opening = stage.deliver(stage.last('collect'));
      opening.reach('write'); // the count
      opening.reach('write'); // the gate; the event's row was read before
      stage.world.verdict = yes;
      stage.finish(opening);
      stage.settle(false);
      const run = stage.world.run?.value;
      const isEarly = run?.status === 'Completed' && run.endedAt < opensAt + gate.timeoutMs;
      demand(isEarly, 'the event had come, and the run waited for its time-out');
    },
  },
  {
    name: 'without reading the event first: the time-out decides against an event that had come',
    catches: ['lets the time-out win over a stored event'],
    play: (rules) => {
      const stage = Stage.started({ ...oneShard([good(1)], 1), gate }, rules);
      stage.drain();
      const raising = stage.walk(raiseEvent(stage.world, yes));
      raising.reach('stored');
      stage.crash(raising); // its message is never sent
      stage.settle(false);
      demand(stage.world.run?.value.status === 'Completed', 'a stored event lost against the time-out');
    },
  },
  {
    name: 'without the deadline at the end: the collector comes after it, and before the watchdog',
    catches: ['completes a run after its deadline'],
    play: (rules) => {
      const stage = Stage.started({ ...oneShard([good(1)], 1), deadlineMs: 10_000 }, rules);
      stage.handle(stage.work(0));
      stage.world.now += 20_000;
      stage.settle(false);
      demand(stage.world.run?.value.status === 'Failed', 'the run has outlived its deadline');
    },
  },
  {
    name: 'without using the answer up: a run is approved, rewound, and completes with another output that nobody has seen',
    catches: ['lets an old approval answer for a new output'],
    play: (rules) => {
      const stage = Stage.started({ ...oneShard([bad(1), good(2)], 2), gate }, rules);
      stage.drain();
      stage.finish(stage.walk(raiseEvent(stage.world, yes)));
      stage.drain();
      demand(stage.world.run?.value.status === 'Completed', 'the approved run did not complete');
      stage.does('rewind');
      stage.drain();
      demand(stage.world.run?.value.status === 'Running', 'nobody was asked about the new output');
      stage.finish(stage.walk(raiseEvent(stage.world, yes)));
      stage.settle(false);
    },
  },
  {
    name: 'without shares that add up (I3): window / shards rounded up claims too much',
    catches: ['divides the window up, rounded up'],
    play: (rules) => Stage.started(threeShards(2), rules).settle(false),
  },
  {
    name: 'without waking: with fewer chunks in the window than shards some starve',
    catches: ['wakes no shard'],
    play: (rules) => Stage.started(threeShards(1), rules).settle(false),
  },
  {
    name: 'without asking for a dispatch: a worker with the run row of before the wake leaves its shard without claims',
    catches: ['trusts a share of nothing'],
    play: (rules) => {
      const stage = Stage.started({ shards: [[[good(1)]], [[good(2)], [good(3)]]], windowChunks: 1 }, rules);
      const [current, stale] = stage.processes;
      stage.handle(stage.last('dispatch'), current);
      stage.handle(stage.last('work'), stale); // believes the row in which no shard is counted
      stage.handle(stage.last('collect'), current);
      stage.handle(stage.last('dispatch'), current);
      stage.handle(stage.last('work'), stale);
      stage.settle(false);
    },
  },
  {
    name: 'without claiming anew at a rewind (I3): shards keep what they had out when others were done, and the window is passed',
    catches: ['keeps its claims through a rewind'],
    play: (rules) => {
      const shards = [[[bad(1)]], [[good(2)], [good(3)], [good(4)]]];
      const stage = Stage.started({ shards, windowChunks: 2, tolerance: { count: 1 } }, rules);
      stage.handle(stage.last('dispatch'));
      stage.handle(stage.last('work', (message) => message.kind === 'work' && message.shard === 0));
      stage.handle(stage.last('collect'));
      stage.world.now += 2_000; // the worker reads the run row again
      stage.handle(stage.last('work', (message) => message.kind === 'work' && message.shard === 1)); // two are out now
      stage.fails();
      stage.does('rewind');
      stage.world.now += 2_000; // what was sent before is dropped
      stage.settle(false);
    },
  },
  {
    name: 'without the tolerance over all shards: each stays below the limit that they pass together',
    catches: ['checks the tolerance shard by shard only'],
    play: (rules) => {
      const shards = [[[bad(1), good(2)]], [[bad(3), good(4)]]];
      const stage = Stage.started({ shards, windowChunks: 2, tolerance: { count: 1 } }, rules);
      stage.settle(false);
      demand(stage.world.run?.value.status === 'Failed', 'the run has more failed items than it tolerates');
    },
  },
];

function threeShards(windowChunks: number): Setting {
  return { shards: [[[good(1)], [good(2)]], [[good(3)], [good(4)]], [[good(5)]]], windowChunks };
}

/** A run that has ended, with a late copy of the message that made it so. */
function completed(setting: Setting, rules: Parameters<Trace['play']>[0]) {
  const stage = Stage.started(setting, rules);
  for (const envelope of stage.world.visible()) stage.handle(envelope);
  const late = { ...stage.last('collect') };
  stage.drain();
  return Object.assign(stage, { late });
}
