import type { DispatchMessage } from '@tally/contracts';
import type { Chunk, DeadLetter, Effect, Run, RunEvent, SendChunk } from '../../src/index.ts';
import type { Folded, Item } from '../counting-chain.ts';
import type { Decision, Event, State } from '../rules.ts';
import type { ChunkRow, Versioned, World } from '../world.ts';

/**
 * A step of the run as one who walks it: every `yield` names a place where others may come in between, where the walker may die, and
 * where a trace may hold it.
 */
export type Steps<Result = void> = Generator<string, Result>;

/** A process: it believes a run row for a second (I9). */
export interface Process {
  known: { readonly run: Versioned<Run> | null; readonly readAt: number } | null;
}
const CACHE_MS = 1_000;

export function cachedRun(world: World, process: Process): Run | null {
  if (process.known !== null && world.now - process.known.readAt < CACHE_MS) return process.known.run?.value ?? null;
  return freshRun(world, process);
}

export function freshRun(world: World, process: Process): Run | null {
  process.known = { run: world.run, readAt: world.now };
  return world.run?.value ?? null;
}

/** Whether a message of this generation and epoch may be worked on. */
export function isAdmitted(world: World, run: Run | null, message: Pick<DispatchMessage, 'gen' | 'epoch'>): run is Run {
  const isOurs = run !== null && (run.gen === message.gen || !world.rules.knowsGenerations);
  return isOurs && run.status === 'Running' && run.epoch === message.epoch;
}

/**
 * Reads a shard, decides, commits; where another was faster, or no answer came, reads and decides again.
 * @param run the row to decide on, asked for anew at every try
 * @param known chunk rows that need no read at the first try
 * @returns null where the shard isn't there
 */
export function* visitShard(
  world: World,
  run: () => Run,
  shard: number,
  event: Event,
  numbers: (state: Pick<State, 'ledger'>) => readonly number[] = () => [],
  known: ReadonlyMap<number, ChunkRow> = new Map(),
): Steps<Decision | null> {
  const { gen } = run();
  const epoch = event.type === 'record' ? event.message.epoch : null;
  for (let held = known; ; held = new Map()) {
    const ledger = world.ledger(gen, shard);
    if (ledger === null) return null;
    const wanted = numbers({ ledger: ledger.value });
    const rows = new Map(wanted.map((chunk) => [chunk, held.get(chunk) ?? world.chunk(gen, shard, chunk)]));
    yield 'commit';
    const chunks = new Map<number, Chunk<Item, number>>([...rows].map(([chunk, row]) => [chunk, row.value]));
    const decision = world.rules.decideShard({ run: run(), ledger: ledger.value, chunks }, event, world.now);
    if (!world.rules.sendsAfterCommit) yield* perform(world, run(), decision.effects);
    const written = world.commitShard(gen, { ledger, chunks: rows }, decision.state, epoch);
    if (written === 'done') return decision;
  }
}

/** Decides an event on the run row as it is, and writes; where another was faster, again. @returns null where there is no such run */
export function* changeRun(
  world: World,
  gen: string,
  event: (run: Run) => RunEvent<Folded>,
): Steps<{ run: Run; effects: readonly Effect[]; isRefused: boolean } | null> {
  for (;;) {
    const before = world.run;
    if (before === null || before.value.gen !== gen) return null;
    const chosen = event(before.value);
    yield 'write';
    const decision = world.rules.decideRun(before.value, chosen, world.now);
    const isRefused = decision.refused !== undefined;
    if (decision.run === before.value) return { ...decision, isRefused };
    const written = world.writeRun(before, decision);
    if (written !== null) return { ...decision, isRefused };
  }
}

/** Does what a commit justifies (I4), one send after the other. */
export function* perform(world: World, run: Run, effects: readonly Effect[]): Steps {
  for (const effect of effects) {
    yield 'send';
    switch (effect.type) {
      case 'send-chunk':
        sendChunk(world, run, effect);
        break;
      case 'send-collect':
        world.send({ kind: 'collect', gen: run.gen, shard: effect.shard, epoch: effect.epoch });
        break;
      case 'send-dispatch':
        world.send({ kind: 'dispatch', gen: run.gen, epoch: effect.epoch, tok: effect.tok, shards: effect.shards });
        break;
      case 'send-gate-timeout':
        world.send({ kind: 'event', gen: run.gen }, effect.delayMs);
        break;
      case 'dead-letter':
        yield* keepLetter(world, run, effect);
        break;
      case 'fail-run': {
        const { failure } = effect;
        const failed = yield* changeRun(world, run.gen, () => ({ type: 'fail', failure }));
        if (failed !== null) yield* perform(world, failed.run, failed.effects);
        break;
      }
      case 'settle':
      case 'read-event':
      case 'housekeep':
        world.send({ kind: 'event', gen: run.gen }); // whoever collects looks at the whole run
        break;
    }
  }
}

/** I6: kept first, and only then struck off. */
function* keepLetter(world: World, run: Run, { shard, at, items }: DeadLetter): Steps {
  const { gen } = run;
  const keep = () => world.keepLetter({ gen, shard, items, at });
  if (world.rules.keepsLettersFirst) keep();
  const event = { type: 'letter-kept', at, item: items[0] ?? 0 } as const;
  const struck = yield* visitShard(world, () => run, shard, event);
  if (!world.rules.keepsLettersFirst) {
    yield 'struck off';
    keep();
  }
  if (struck !== null) yield* perform(world, run, struck.effects);
}

function sendChunk(world: World, run: Run, send: SendChunk): void {
  for (const permit of world.rules.permitsOf(run, 'work', send, () => 'a note')) {
    world.send({ kind: 'work', ...permit }, send.delayMs);
  }
}
