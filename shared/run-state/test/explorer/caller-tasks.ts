import { generationOf, isTerminal } from '@tally/contracts';
import { failedOf, type Ledger, type Run, untouchedChunk } from '../../src/index.ts';
import { countingFold, type Folded, headOfSetting } from '../counting-chain.ts';
import { type Moment, NOW } from './moment.ts';
import type { Task } from './state.ts';
import { effectsOf } from './work-tasks.ts';

type TaskOf<Name extends Task['do']> = Extract<Task, { do: Name }>;

export function ask(moment: Moment, task: TaskOf<'ask'>): readonly Task[] {
  const { run } = moment;
  if (run === null) return [];
  const chance = { tok: moment.fresh(), jitter: 0.5 };
  const event = { type: task.verb, reason: null, window: moment.model.configuration.narrowedTo ?? run.window, chance };
  return moment.change(run.gen, task, event, ({ effects }) => effectsOf(run.gen, effects));
}

/** The run row is read, the live row touched, the run row written on what was read; and so again at every try. */
export function rewind(moment: Moment, { isTouched }: TaskOf<'rewind'>): readonly Task[] {
  const read = moment.read();
  if (read === null) return isTouched ? [{ do: 'tidy-up' }] : [];
  const { run } = read;
  if (run.status !== 'Failed' && (run.status !== 'Completed' || failedItems(moment, run) === 0)) return [];
  const touches = !isTouched || moment.model.rules.touchesLiveAtEveryTry;
  return [...(touches ? [{ do: 'touch-live', by: 'rewind' } as const] : []), { do: 'rewind-write', read }];
}

export function rewindWrite(moment: Moment, { read }: TaskOf<'rewind-write'>): readonly Task[] {
  const { run } = read;
  const again: Task = { do: 'rewind', isTouched: true };
  if (moment.version !== read.version) return [again];
  const failed = failedItems(moment, run);
  const event = { type: 'rewind', reason: null, failed, chance: { tok: moment.fresh(), jitter: 0.5 } } as const;
  return moment.change(run.gen, again, event, ({ effects }) => effectsOf(run.gen, effects));
}

/** Of a completed run; before its housekeeping the markers say it. */
function failedItems({ markers }: Moment, run: Run): number {
  return run.status === 'Completed' ? (run.housed?.failed ?? failedOf(markers)) : 0;
}

/** What was touched for a run that has been purged meanwhile, and for no start. */
export function tidyUp({ live, run }: Moment): readonly Task[] {
  return live === null || run !== null || live.forStart ? [] : [{ do: 'delete-live', live }];
}

/** A start of the run's id. `live` before the run row, rows before Running, Running before messages. */
export function start(moment: Moment): readonly Task[] {
  const before = moment.read();
  if (before !== null && !isTerminal(before.run.status)) return [];
  const write: Task = { do: 'start-write', before };
  return moment.model.rules.liveComesFirst ? [{ do: 'touch-live', by: 'start' }, write] : [write];
}

export function startWrite(moment: Moment, { before }: TaskOf<'start-write'>): readonly Task[] {
  const isAsRead = before === null ? moment.run === null : moment.version === before.version;
  if (!isAsRead) return [{ do: 'start' }];
  const { configuration, rules } = moment.model;
  const { setting } = configuration;
  moment.generations += 1;
  const gen = generationOf(NOW + moment.generations);
  const run: Run = { ...headOfSetting(setting, gen, NOW), status: 'Pending' };
  moment.writeRun(run, { dropMarkers: before !== null });
  const tok = moment.fresh();
  const inserts = setting.shards.map((_, shard): Task => ({ do: 'insert', run, shard, tok }));
  const touch: Task[] = rules.liveComesFirst ? [] : [{ do: 'touch-live', by: 'start' }];
  const effects = setting.shards.length === 1 ? [] : ([{ type: 'send-dispatch', epoch: 1, tok }] as const);
  const early = rules.sendsAfterReady ? [] : effectsOf(gen, effects);
  return [...touch, ...inserts, ...early, { do: 'ready', run, effects: rules.sendsAfterReady ? effects : [] }];
}

/** A shard's rows. Of a run of one shard the ledger comes with its first claims; of several the dispatch claims. */
export function insert(moment: Moment, { run, shard, tok }: TaskOf<'insert'>): readonly Task[] {
  const { setting } = moment.model.configuration;
  const key = moment.shardKey(run.gen, shard);
  if (moment.shards[key] !== undefined) return []; // rows that stand are in the way
  const { ledger, chunks } = newRows(moment, run, shard);
  if (setting.shards.length > 1) {
    moment.shards = { ...moment.shards, [key]: { ledger, chunks } };
    return [];
  }
  const running: Run = { ...run, status: 'Running', gate: { state: 'absent' } };
  const event = { type: 'dispatch', tok, chance: { tok: moment.fresh(), jitter: 0.5 } } as const;
  const claimed = moment.model.rules.decideShard({ run: running, ledger, chunks: new Map() }, event, NOW);
  moment.shards = { ...moment.shards, [key]: { ledger: claimed.state.ledger, chunks } };
  return [];
}

function newRows({ model }: Moment, run: Run, shard: number) {
  const { shards } = model.configuration.setting;
  const sizes = shards.map((chunks) => chunks.flat().length);
  const first = sizes.slice(0, shard).reduce((a, b) => a + b, 0);
  const cut = shards[shard] ?? [];
  const chunks = cut.map((items, chunk) =>
    untouchedChunk<(typeof items)[number], number>(chunk, first + cut.slice(0, chunk).flat().length, items),
  );
  const ledger: Ledger<Folded> = {
    ...{
      shard,
      first,
      count: sizes[shard] ?? 0,
      epoch: 0,
      closed: false,
      todo: [[0, cut.length - 1]],
      open: [],
      owed: [],
    },
    ...{ slowestMs: 0, succeeded: 0, failed: 0, failures: [], fold: countingFold.empty },
  };
  return { run, ledger, chunks };
}

/** Running; of a run of one shard the messages of its claims are sent from here. */
export function ready(moment: Moment, task: TaskOf<'ready'>): readonly Task[] {
  const { run, effects } = task;
  return moment.change(run.gen, task, { type: 'ready' }, ({ refused }) => {
    if (refused !== undefined) return [];
    const [ledger, other] = Array.from({ length: run.shards }, (_, shard) => moment.rowsOf(run.gen, shard)?.ledger);
    if (ledger === undefined || other !== undefined) return effectsOf(run.gen, effects);
    const sends = ledger.open.map(({ chunk }, place) => {
      const tok = `${moment.fresh()}.${place}`;
      return { type: 'send-chunk', shard: 0, chunk, epoch: 1, tok, attempt: 1, split: false, delayMs: 0 } as const;
    });
    return effectsOf(run.gen, sends);
  });
}

/** The event's row first, then the message. The first event of a name stands. */
export function raiseEvent(moment: Moment): readonly Task[] {
  const { run, model } = moment;
  if (run === null || isTerminal(run.status)) return [];
  const verdict = model.configuration.verdict ?? { approved: true, reason: null };
  const isOpen = 'gate' in run && run.gate.state === 'waiting';
  const came = moment.isLate ? 'late' : isOpen ? 'in-time' : 'early';
  const { gen, reopenEpoch: rewoundIn } = run;
  if (moment.event?.gen !== gen) moment.event = { gen, verdict, came, rewoundIn };
  return [{ do: 'tell-event', gen: run.gen }];
}
