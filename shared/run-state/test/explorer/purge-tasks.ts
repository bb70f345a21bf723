import { isTerminal } from '@tally/contracts';
import type { Moment } from './moment.ts';
import type { Task } from './state.ts';

type TaskOf<Name extends Task['do']> = Extract<Task, { do: Name }>;

/** A purge of an ended run: the live row is read, then the run row; then that is marked as it was read, and the live row deleted as it was read. */
export function purgeRead(moment: Moment, { isTidy, live }: TaskOf<'purge-read'>): readonly Task[] {
  const read = moment.read();
  if (read === null || !isTerminal(read.run.status)) return [];
  if (live === null || isTidy) return [{ do: 'purge-mark', live, read }];
  return [
    { do: 'keep', gen: read.run.gen },
    { do: 'purge', isTidy: true },
  ];
}

export function markPurged(moment: Moment, { live, read }: TaskOf<'purge-mark'>): readonly Task[] {
  if (moment.version !== read.version) return [{ do: 'purge', isTidy: true }];
  moment.purgeRun();
  return live === null ? [] : [{ do: 'delete-live', live }];
}
