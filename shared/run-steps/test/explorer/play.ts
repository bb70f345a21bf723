import { type Model, Violation } from './model.ts';
import { type Answer, nameOf, type Operation, perform } from './operations.ts';
import type { Actor, Entry, LiveProcess, Pending } from './process.ts';
import { newProcess, type ProcessState, revive, type State, type TaskState, type Who } from './state.ts';
import type { World } from './world.ts';

/**
 * How an answer comes: as it is, from before the row's last change, or not at all, whether or not the call
 * took effect.
 */
export type Fate = 'answered' | 'stale' | 'lost after' | 'lost before';

/** A process's call is done and answered. Then the process goes on until it waits again. */
export async function step(model: Model, state: State, of: ProcessState, call: Pending, fate: Fate): Promise<State> {
  const world = state.world.copy();
  const live = await revive(model, of);
  world.clock += model.configuration.callMs ?? 0;
  const answer = await answerOf(model, state.world, world, of, call.operation, fate);
  const isStale = of.isStale && !model.system.isRemembered(call.operation);
  const entry: Entry = {
    kind: 'answer',
    call: call.call,
    answer,
    now: world.clock + of.aheadMs,
    name: nameOf(call.operation),
  };
  const next = await goOn(model, world, { ...of, isStale }, live, entry);
  return replace({ ...state, world, last: of.id }, of, next);
}

/** An actor begins, in a new process or in an existing one. */
export async function begin(
  model: Model,
  state: State,
  who: Who,
  actor: Actor,
  within: ProcessState | null = null,
): Promise<State> {
  const world = state.world.copy();
  const process = within ?? newProcess(state.born, who);
  const task = process.begun;
  const tasks: readonly TaskState[] = [...process.tasks, { task, actor, outcome: null }];
  const live = await revive(model, process);
  const entry: Entry = { kind: 'begin', task, actor, now: world.clock + process.aheadMs };
  const next = await goOn(model, world, { ...process, tasks, begun: task + 1 }, live, entry);
  const there = { ...state, world, last: process.id };
  const begun =
    within === null
      ? replace({ ...there, born: state.born + 1, processes: [...state.processes, process] }, process, next)
      : replace(there, process, next);
  return await firstRead(model, begun, next);
}

/** A process may as well begin with its first read: whatever comes in between could have come before. */
async function firstRead(model: Model, state: State, of: ProcessState): Promise<State> {
  const [call, ...others] = of.pending;
  const isRead = call?.operation.does === 'get' || call?.operation.does === 'list';
  if (call === undefined || !isRead || of.isStale || of.tasks.length > 1 || others.length > 0) return state;
  return await step(model, state, of, call, 'answered');
}

/** A process does what it does by the clock. */
export async function tick(model: Model, state: State, of: ProcessState): Promise<State> {
  const world = state.world.copy();
  const live = await revive(model, of);
  const next = await goOn(model, world, of, live, { kind: 'tick', now: world.clock + of.aheadMs });
  return replace({ ...state, world, last: of.id }, of, next);
}

/**
 * A process is gone, with everything that it was doing.
 * @param isLong whether its messages stay hidden longer than any wait: then they never count
 */
export function die(model: Model, state: State, of: ProcessState, isLong = false): State {
  const world = state.world.copy();
  for (const { actor } of of.tasks) {
    if (actor.message !== undefined && isLong) world.queues.delete(actor.message.queue, actor.message);
    else if (actor.message !== undefined) giveBack(model, world, actor.message);
  }
  return { ...state, world, processes: state.processes.filter((other) => other !== of) };
}

/** The host deletes the message of a task that is over, or gives it back. */
export function settle(model: Model, state: State, of: ProcessState, over: TaskState): State {
  const world = state.world.copy();
  const { message } = over.actor;
  if (message !== undefined && over.outcome?.error === null) world.queues.delete(message.queue, message);
  else if (message !== undefined) giveBack(model, world, message);
  const next = { ...of, tasks: of.tasks.filter((task) => task !== over) };
  return replace({ ...state, world, last: of.id }, of, next);
}

/** A message comes again. After its last delivery it goes to the poison queue. */
function giveBack({ system }: Model, world: World, message: NonNullable<Actor['message']>): void {
  const queue = system.queues.find(({ name }) => name === message.queue);
  if (queue === undefined || queue.poison === null || message.dequeueCount < queue.maxDeliveries) {
    world.queues.giveBack(message.queue, message.id);
    return;
  }
  world.queues.delete(message.queue, message);
  // In memory nothing waits.
  void world.queues.send(queue.poison, message.text);
}

/** A process without tasks is gone, unless it is kept. */
function replace(state: State, of: ProcessState, next: ProcessState): State {
  const isThere = next.isKept || next.tasks.length > 0;
  const processes = state.processes.flatMap((other) => (other !== of ? [other] : isThere ? [next] : []));
  return { ...state, processes };
}

/** The process after an entry: standing still, with all minor calls answered. */
async function goOn(
  model: Model,
  world: World,
  of: ProcessState,
  live: LiveProcess,
  entry: Entry,
): Promise<ProcessState> {
  const journal = [...of.journal, entry];
  await live.apply(entry);
  for (let minor = minorOf(model, live); minor !== undefined; minor = minorOf(model, live)) {
    const answer = await perform(world, minor.operation);
    const name = nameOf(minor.operation);
    const next: Entry = { kind: 'answer', call: minor.call, name, answer, now: world.clock + of.aheadMs };
    journal.push(next);
    await live.apply(next);
  }
  const over = live.over();
  for (const { error } of over) if (error !== null && !model.system.isExpected(error)) throw faultOf(error);
  const tasks = of.tasks
    .map((task): TaskState => ({ ...task, outcome: over.find((outcome) => outcome.task === task.task) ?? null }))
    .filter(({ actor, outcome }) => outcome === null || actor.message !== undefined);
  return { ...of, tasks, journal, pending: live.pending(), ticks: live.ticks(), live: { process: live } };
}

function minorOf({ system, configuration }: Model, live: LiveProcess): Pending | undefined {
  // Work takes time before the next call anyway. It is a moment of its own only where a process acts by the
  // clock.
  const { budgets } = configuration;
  const isWorkMinor = (budgets['look'] ?? 0) + (budgets['tick'] ?? 0) === 0;
  return live
    .pending()
    .find(({ operation }) => (operation.does === 'work' && isWorkMinor) || system.isMinor(operation));
}

function faultOf(error: Error): Violation {
  return new Violation(`a step has failed: ${error.name}: ${error.message}`, { cause: error });
}

async function answerOf(
  model: Model,
  before: World,
  world: World,
  of: ProcessState,
  operation: Operation,
  fate: Fate,
): Promise<Answer> {
  const { system } = model;
  if (fate === 'lost before') return { kind: 'error', error: system.lostAnswer() };
  if (fate === 'stale') {
    const row = operation.does === 'get' ? world.past.get(placeOf(operation)) : undefined;
    if (row === undefined) throw new Error(`no row of ${nameOf(operation)} is cached`);
    return { kind: 'row', row };
  }
  if (operation.does === 'write') await remember(model, world, operation);
  const answer = await perform(world, operation);
  if (answer.kind === 'error') return answer;
  const { limits } = model.configuration;
  if (operation.does === 'send' && limits?.[operation.queue] !== undefined) {
    const sent = (world.sent.get(operation.queue) ?? 0) + 1;
    world.sent.set(operation.queue, sent);
    const most = limits[operation.queue] ?? 0;
    if (sent > most) throw new Violation(`I4: more than ${most} messages to ${operation.queue}`);
  }
  if (operation.does === 'write' || operation.does === 'send') {
    const actors = of.tasks.map(({ actor }) => actor);
    const wrong = system.check({ before, after: world, operation, actors });
    if (wrong !== null) throw new Violation(wrong);
  }
  return fate === 'lost after' ? { kind: 'error', error: system.lostAnswer() } : answer;
}

export function placeOf({ table, partitionKey, rowKey }: { table: string; partitionKey: string; rowKey: string }) {
  return `${table}/${partitionKey}/${rowKey}`;
}

/** Keeps the version that is about to be replaced, where a process may still believe it. */
async function remember(model: Model, world: World, { table, writes }: Extract<Operation, { does: 'write' }>) {
  if ((model.configuration.budgets['stale'] ?? 0) === 0) return;
  for (const write of writes) {
    const { partitionKey, rowKey } = write.kind === 'delete' ? write : write.row;
    const get = { does: 'get', table, partitionKey, rowKey } as const;
    if (!model.system.isRemembered(get)) continue;
    const row = await world.tables.get(table, partitionKey, rowKey);
    if (row !== null) world.past.set(placeOf(get), row);
  }
}
