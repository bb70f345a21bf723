import type { ChainDefinition } from '@tally/chain';
import {
  AGGREGATE_QUEUE,
  DISPATCH_QUEUE,
  messageText,
  poisonQueueOf,
  type WorkMessage,
  workMessageSchema,
} from '@tally/contracts';
import { MemoryQueues } from '@tally/queues';
import {
  createRunStore,
  MemoryTables,
  type RowQuery,
  type RunStore,
  type Tables,
  UnknownOutcomeError,
  type WorkerRow,
} from '@tally/run-store';
import {
  CountsCache,
  controlRun,
  Heartbeat,
  MapStages,
  noFiles,
  noTelemetry,
  purgeDue,
  purgeRun,
  queuesOf,
  RunCache,
  raiseEvent,
  type StepContext,
  stagesOf,
  startRun,
  watchRuns,
} from '../../../src/index.ts';
import type { Configuration, Fault, System, Wish } from '../model.ts';
import type { Operation } from '../operations.ts';
import type { Actor, Body, Ports } from '../process.ts';
import { tablesInTurn } from '../turn.ts';
import { World } from '../world.ts';
import { deliver } from './deliver.ts';
import { BEGIN, type Deployed, deployedIn, isForOwnApp, knownToWorkers } from './deployed.ts';
import { faultOfEnd } from './ends.ts';
import { chainsOf } from './graphs.ts';
import { faultOfChange } from './promises.ts';
import { eventIn, isEnded, runIn } from './rows.ts';
import type { Setting, Verb } from './setting.ts';
import { EVENT, isTellQueue, MAX_DELIVERIES, TELL, TELL_SMALL, tellingChainOf } from './telling-chain.ts';

/**
 * The one place that knows the engine from outside: how it is composed, what is asked of it, and its queues.
 */

/** Longer than a lease, the time after which a start is given up, and the last repair of a claim. */
const PAUSE_MS = 700_000;

export function systemOf({ setting, budgets, isUnwatched = false }: Configuration<Setting, Verb>): System {
  const chains = chainsIn(setting);
  const deployed = deployedIn(setting, chains);
  const may = (...faults: Fault[]) => faults.some((fault) => (budgets[fault] ?? 0) > 0);
  const excuses = {
    mayDie: may('crash', 'ambiguous'),
    mayGiveUp: may('crash', 'ambiguous', 'early-pass', 'loss', 'forge'),
    isUnwatched,
  };
  const start: Omit<Wish, 'budget'> = { role: 'caller', what: 'start' };
  const early = { role: 'watchdog', what: 'pass', aheadMs: PAUSE_MS };
  const store = storeOf(tablesInTurn);
  const ofItems = setting.graph === undefined ? setting : undefined;
  const { window = 2, goesOn = false, startsAll = false } = ofItems ?? {};
  const windows = [window, ...(setting.laterWindow === undefined ? [] : [setting.laterWindow])];
  return {
    world: () => newWorld(chains, setting),
    create: (ports) => {
      const steps = stepsOf(deployed, store, ports, { startSends: startsAll ? 64 : 0 });
      const works = stepsOf(knownToWorkers(setting, deployed), store, ports, { goOnMs: goesOn ? PAUSE_MS : 0 });
      const body = bodyOf(steps, setting, chains, ports);
      const work = bodyOf(works, setting, chains, ports);
      return (actor) => (isForOwnApp(actor.message?.queue) ? body(actor) : work(actor));
    },
    queues: stagesOf({ chains }).flatMap(({ name }) => {
      const role = name === AGGREGATE_QUEUE ? 'aggregator' : name === DISPATCH_QUEUE ? 'dispatcher' : 'worker';
      const poison = { name: poisonQueueOf(name), role, maxDeliveries: MAX_DELIVERIES, poison: null };
      const mayRemember = isTellQueue(name);
      return [{ name, role, maxDeliveries: MAX_DELIVERIES, poison: poison.name, mayRemember }, poison];
    }),
    firsts: [...(setting.isStarted === true ? [] : [start]), ...(setting.isLate === true ? [early] : [])],
    wishes: (world) => wishesIn(world, setting),
    pass: { role: 'watchdog', what: 'pass', earlyMs: PAUSE_MS },
    pauseMs: PAUSE_MS,
    inTheEnd: lastWish,
    isOver: (world) => !world.tables.rows('index').some(({ partitionKey }) => /^(live:.|purge)$/.test(partitionKey)),
    isMinor,
    isRemembered: (operation) => operation.does === 'get' && operation.table === 'runs' && operation.rowKey === 'run',
    forgeries: (queue, text) =>
      isTellQueue(queue) ? forgeriesOf(queue, workMessageSchema.parse(JSON.parse(text))) : [],
    isExpected: (error) =>
      /^(UnknownOutcomeError|ConflictError|UnsettledError|IncompleteRunError|UnknownChainError)$/.test(error.name) ||
      /start it again/.test(error.message),
    lostAnswer: () => new UnknownOutcomeError('the answer was lost'),
    check: (change) => faultOfChange(change, windows),
    checkOver: (world) => faultOfEnd(world, setting, excuses),
  };
}

function chainsIn(setting: Setting): readonly [ChainDefinition, ...ChainDefinition[]] {
  if (setting.graph === undefined) return [tellingChainOf(setting)];
  return [...chainsOf(setting.graph), ...(setting.other === undefined ? [] : chainsOf(setting.other))];
}

/** Heartbeats and the listing by days: no step depends on them, and they depend on no step. */
function isMinor(operation: Operation): boolean {
  if (operation.does === 'list') return isAside(operation.table, operation.query.partitionKey);
  if (operation.does === 'get') return isAside(operation.table, operation.partitionKey);
  if (operation.does !== 'write') return false;
  return operation.writes.every((write) =>
    isAside(operation.table, write.kind === 'delete' ? write.partitionKey : write.row.partitionKey),
  );
}

/** No older Tally is there that would touch a live row in the former partition `live`. */
function isAside(table: string, partitions: RowQuery['partitionKey']): boolean {
  return table === 'index' && typeof partitions === 'string' && /^(workers|days|day:.*|cursors|live)$/.test(partitions);
}

async function newWorld(chains: readonly [ChainDefinition, ...ChainDefinition[]], setting: Setting): Promise<World> {
  const tables = new MemoryTables();
  const world = new World(BEGIN, tables, (now) => new MemoryQueues(now));
  await world.queues.create(queuesOf({ chains }));
  let tokens = 0;
  const ports: Ports = {
    ...{ tables, queues: world.queues, now: () => world.clock, work: async () => {}, die: async () => {} },
    token: () => {
      tokens += 1;
      // No process has this number.
      return `p999n${tokens}`;
    },
  };
  const steps = stepsOf(() => chains, storeOf(tables), ports);
  await steps.store.prepare();
  if (setting.isStarted === true) await start(steps, setting, chains);
  return world;
}

/**
 * One store for all processes, because it is costly to make. It remembers things only for the listing by
 * days, on which no step depends.
 */
function storeOf(tables: Tables): RunStore {
  return { ...createRunStore({ tables }), indexByDay: async () => {} };
}

function stepsOf(
  deployed: Deployed,
  store: RunStore,
  { queues, now, token }: Omit<Ports, 'tables'>,
  { goOnMs = 0, startSends = 0 }: Partial<Pick<StepContext, 'goOnMs' | 'startSends'>> = {},
): StepContext {
  const log = { info: () => {}, warn: () => {} };
  const registry = {
    get chains() {
      return deployed(now());
    },
  };
  return {
    ...{ registry, store, queues, log, telemetry: noTelemetry, files: noFiles, goOnMs, startSends, now },
    maps: new MapStages(registry, { store, now, random: () => 0 }),
    runs: new RunCache(store, now),
    counts: new CountsCache(),
    heartbeat: new Heartbeat({ beat: (worker) => beatAsOne(store, worker) }, now, log, 'explored'),
    chance: () => ({ token: token(), jitter: 0.5 }),
  };
}

/**
 * R8 asks when any process last served a node. One row a node records that with the fewest states. It isn't
 * asked for the apps that serve all chains.
 */
async function beatAsOne(store: RunStore, worker: WorkerRow): Promise<string> {
  if (!worker.stage.includes('@')) return '';
  for await (const { value, etag } of store.listWorkers()) {
    if (value.stage !== worker.stage) continue;
    return value.lastSeen >= worker.lastSeen ? etag : await store.beat({ ...worker, since: value.since }, etag);
  }
  return await store.beat(worker, null);
}

async function start(
  steps: StepContext,
  setting: Setting,
  [chain, ...others]: readonly [ChainDefinition, ...ChainDefinition[]],
): Promise<void> {
  const tolerance = setting.graph === undefined && setting.tolerated !== undefined ? { count: setting.tolerated } : {};
  const { deadlineMs } = setting;
  const options = { tolerance, ...(deadlineMs !== undefined && { deadline: steps.now() + deadlineMs }) };
  const input = setting.graph === undefined ? { items: [...setting.items] } : 0;
  await startRun(steps, { chain, runId: 'run', options, input, shownInput: null });
  if (setting.graph === undefined || setting.other === undefined) return;
  const other = others.find(({ name }) => name === setting.other);
  if (other !== undefined) await startRun(steps, { chain: other, runId: 'other', options, input: 0, shownInput: null });
}

/** What a process does. Everything that it remembers from task to task is in its steps. */
function bodyOf(
  steps: StepContext,
  setting: Setting,
  chains: readonly [ChainDefinition, ...ChainDefinition[]],
  ports: Ports,
): Body {
  return async (actor: Actor) => {
    if (actor.message !== undefined) return await deliver(steps, chains, setting, ports, actor.message);
    switch (actor.what) {
      case 'start':
        return await start(steps, setting, chains);
      case 'suspend':
      case 'resume':
      case 'terminate':
      case 'rewind':
        await controlRun(steps, 'run', { verb: actor.what, reason: null });
        return;
      case 'set window':
        await controlRun(steps, 'run', { verb: 'set-window', window: setting.laterWindow ?? 1 });
        return;
      case 'raise event':
        await raiseEvent(steps, 'run', EVENT, answerIn(setting));
        return;
      case 'purge':
        await purgeRun(steps, 'run');
        return;
      case 'pass': {
        const reports = [await watchRuns(steps), await purgeDue(steps)];
        for (const { error } of reports.flatMap(({ failed }) => failed)) throw error;
        return;
      }
      default:
        throw new Error(`no way to ${actor.what} is defined`);
    }
  };
}

function answerIn(setting: Setting): boolean {
  return (setting.graph === undefined ? setting.gate?.verdict : setting.answer) ?? true;
}

/** A caller asks only for what the run's status allows. Everything else is refused and changes nothing. */
function wishesIn(world: World, setting: Setting): Wish[] {
  const run = runIn(world);
  const isRunning = run?.status === 'Running';
  const isAlive = run !== null && !isEnded(run);
  const canRewind =
    run?.status === 'Completed' || (run?.status === 'Failed' && run.error?.code !== 'IntakeInterrupted');
  const mayAsk = setting.graph !== undefined || setting.gate !== undefined;
  const wish = (isPossible: boolean, budget: Verb, what: string = budget, role = 'caller'): Wish[] =>
    isPossible ? [{ budget, what, role }] : [];
  return [
    ...wish(isRunning, 'suspend'),
    ...wish(run?.status === 'Suspended', 'resume'),
    ...wish(isAlive, 'terminate'),
    ...wish(canRewind, 'rewind'),
    ...wish(isRunning && setting.laterWindow !== undefined, 'window', 'set window'),
    ...wish(isAlive && mayAsk, 'event', 'raise event'),
    ...wish(!isAlive, 'start'),
    ...wish(run !== null && isEnded(run), 'purge', 'purge', 'purger'),
  ];
}

/** A wait with more time left than this ends only by its event. */
const FAR_MS = 100_000_000;

/** In the end a suspended run is resumed, and a wait that would last forever is answered. */
function lastWish(world: World): Omit<Wish, 'budget'> | null {
  const run = runIn(world);
  if (run?.status === 'Suspended') return { role: 'caller', what: 'resume' };
  if (run?.status !== 'Running' || eventIn(world, run.gen) !== null) return null;
  const isAsked = Object.values(run.nodes).some(
    ({ state, until }) =>
      state === 'waiting' && (until === null || until === undefined || Date.parse(until) > world.clock + FAR_MS),
  );
  return isAsked ? { role: 'caller', what: 'raise event' } : null;
}

/**
 * Copies with false claims, or in the lane of other runs: about another chunk, a later try, a message that
 * the host has given up, a finished shard, a dispatch.
 */
function forgeriesOf(queue: string, message: WorkMessage): { queue: string; text: string }[] {
  const otherLane = queue === TELL ? TELL_SMALL : TELL;
  const { v, runId, gen, node, since, shard, epoch, tok, chunk } = message;
  const forged = { ...message, tok: 'forged', attempt: 9 };
  const place = { v, runId, gen, node, since };
  return [
    { queue, text: messageText(forged) },
    { queue: otherLane, text: messageText({ ...forged, chunk: chunk + 1 }) },
    { queue: poisonQueueOf(queue), text: messageText(message) },
    { queue: poisonQueueOf(otherLane), text: messageText({ ...forged, items: [0] }) },
    { queue: AGGREGATE_QUEUE, text: messageText({ ...place, shard, epoch, tok: 'forged' }) },
    { queue: DISPATCH_QUEUE, text: messageText({ ...place, epoch, tok }) },
  ];
}
