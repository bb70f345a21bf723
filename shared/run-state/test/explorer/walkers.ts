import { advance } from './advance.ts';
import { MAX_DELIVERIES } from './model.ts';
import type { Moment } from './moment.ts';
import type { Message, Role, State, Task, Walker } from './state.ts';
import { Killed } from './work-tasks.ts';

/** Does a walker's next task. */
export function walk(moment: Moment, walker: Walker, task: Task, rest: readonly Task[]): void {
  const tasks = [...advance(moment, task), ...rest];
  const others = moment.walkers.filter((other) => other !== walker);
  moment.walkers = tasks.length === 0 ? others : [...others, { ...walker, tasks }];
}

/** His message comes again, or is poisoned. */
export function die(moment: Moment, walker: Walker): void {
  moment.walkers = moment.walkers.filter((other) => other !== walker);
  if (walker.message !== null) giveBack(moment, walker.message);
}

function giveBack(moment: Moment, message: Message): void {
  const deliveries = Math.min(MAX_DELIVERIES, message.deliveries + 1);
  // Poisoned permits become dead letters; the watchdog does what they asked for.
  if (message.kind !== 'work' && deliveries >= MAX_DELIVERIES) return;
  moment.messages = [...moment.messages, { ...message, deliveries }];
}

export function deliver(moment: Moment, message: Message, take: (moment: Moment) => void, role: Role): void {
  take(moment);
  try {
    const tasks = advance(moment, { do: 'handle', message });
    if (tasks.length > 0) moment.walkers = [...moment.walkers, { role, message, tasks }];
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    // The killed worker's lease may last longer than anyone waits: then the copy that repair sends comes first, and this one never counts.
    if (moment.choose(2) === 0) giveBack(moment, message);
  }
}

export function busy({ walkers }: State, role: Role): number {
  return walkers.filter((walker) => walker.role === role).length;
}

export function begin(moment: Moment, role: Role, task: Task): void {
  const tasks = advance(moment, task);
  if (tasks.length > 0) moment.walkers = [...moment.walkers, { role, message: null, tasks }];
}

/** Nobody is under way, and no message is left that could be delivered. */
export function isQuiet({ walkers, messages, isLate }: State): boolean {
  return walkers.length === 0 && messages.every(({ kind }) => kind === 'timeout' && !isLate);
}

export function describe(message: Message): string {
  switch (message.kind) {
    case 'work': {
      const { shard, chunk, items, epoch, attempt, deliveries } = message;
      return `work ${shard}/${chunk} items ${items?.join() ?? 'all'} @${epoch} attempt ${attempt} deliveries ${deliveries}`;
    }
    case 'dispatch':
      return `dispatch @${message.epoch}`;
    case 'collect':
      return `collect ${message.shard} @${message.epoch}`;
    case 'event':
    case 'timeout':
      return message.kind;
  }
}

export function nameOf(role: Role, task: Task): string {
  const shard = 'shard' in task ? ` ${task.shard}` : '';
  if (task.do === 'effect') return `${role}: ${task.effect.type}`;
  if (task.do === 'record') return `${role}: record ${task.message.shard}/${task.message.chunk}`;
  return `${role}: ${task.do}${shard}`;
}
