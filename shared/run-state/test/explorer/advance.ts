import * as caller from './caller-tasks.ts';
import type { Moment } from './moment.ts';
import { markPurged, purgeRead } from './purge-tasks.ts';
import * as run from './run-tasks.ts';
import type { Message, Task } from './state.ts';
import { endUnwritten, repair, watch } from './watch-tasks.ts';
import { handleWork, keepLetter, performEffect, poison, record, strikeLetter } from './work-tasks.ts';

/** Does a task, one atomic operation, and says what the walker has to do in its place. */
export function advance(moment: Moment, task: Task): readonly Task[] {
  switch (task.do) {
    case 'handle':
      return handle(moment, task.message);
    case 'record':
      return record(moment, task);
    case 'poison':
      return poison(moment, task);
    case 'effect':
      return performEffect(moment, task);
    case 'keep-letter':
      return keepLetter(moment, task);
    case 'strike-letter':
      return strikeLetter(moment, task);
    case 'count':
      return run.count(moment, task);
    case 'bear':
      return run.bear(moment, task);
    case 'settle':
      return run.settle(moment, task);
    case 'settle-write':
      return run.settleWrite(moment, task);
    case 'keep':
      return [{ do: 'keep-read', gen: task.gen, live: moment.live }];
    case 'keep-read':
      return run.keepRead(moment, task);
    case 'close':
      return run.close(moment, task);
    case 'house':
      return run.house(moment, task);
    case 'delete-live':
      return run.deleteLive(moment, task);
    case 'dispatch':
      return run.dispatch(moment, task);
    case 'list-failed':
      return run.listFailed(moment, task);
    case 'reopen':
      return run.reopen(moment, task);
    case 'watch':
      return watch(moment, task);
    case 'repair':
      return repair(moment, task);
    case 'end':
      return run.end(moment, task);
    case 'ask':
      return caller.ask(moment, task);
    case 'rewind':
      return caller.rewind(moment, task);
    case 'rewind-write':
      return caller.rewindWrite(moment, task);
    case 'start':
      return caller.start(moment);
    case 'start-write':
      return caller.startWrite(moment, task);
    case 'touch-live':
      moment.touchLive(task.by);
      return [];
    case 'end-unwritten':
      return endUnwritten(moment);
    case 'tidy-up':
      return caller.tidyUp(moment);
    case 'purge':
      return [{ ...task, do: 'purge-read', live: moment.live }];
    case 'purge-read':
      return purgeRead(moment, task);
    case 'purge-mark':
      return markPurged(moment, task);
    case 'insert':
      return caller.insert(moment, task);
    case 'ready':
      return caller.ready(moment, task);
    case 'raise-event':
      return caller.raiseEvent(moment);
    case 'tell-event':
      moment.send({ kind: 'event', gen: task.gen });
      return [];
    case 'look-again':
      return moment.version === task.version ? task.next : [task.again];
  }
}

function handle(moment: Moment, message: Message): readonly Task[] {
  switch (message.kind) {
    case 'work':
      return handleWork(moment, message);
    case 'dispatch':
      return run.handleDispatch(moment, message);
    case 'collect':
    case 'event':
    case 'timeout':
      return run.handleCollect(moment, message);
  }
}
