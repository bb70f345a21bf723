import type { MemoryBlobs } from '@tally/blobs';
import type { ChainDefinition, DefinedChain, Duration, HandlersOf, HandlerTable, Nodes } from '@tally/chain';
import { allNodesOf, durationMs, InvalidChainError } from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { Tolerance } from '@tally/run-state';
import { startRun } from '@tally/run-steps';
import { z } from 'zod';
import { statusOf } from './runs/run-status.ts';
import { TestRun } from './runs/test-run.ts';
import { type GivenHandlers, tablesOf } from './tables-of.ts';
import { Crashes, type CrashPoint } from './world/crash.ts';
import { Post } from './world/post.ts';
import { type Call, recordCalls } from './world/recorded-calls.ts';
import { TestWorld } from './world/test-world.ts';
import { Time } from './world/time.ts';
import { triesOf } from './world/tries-of.ts';

/** What else a test of a chain may ask for. */
export interface TestOptions {
  /** The handlers of chains that nodes of this one start. */
  readonly children?: readonly HandlerTable[];
  /** Every message comes twice at once, so every handler is called twice for the same work: its key is the same both times. */
  readonly deliverTwice?: boolean;
  /** Where processes die, once for each piece of work. */
  readonly crash?: CrashPoint;
  /** Where handlers' files go; for handlers that were given a store themselves. */
  readonly blobs?: MemoryBlobs;
}

/** What a start of a run may say beside its input. */
export interface TestStart {
  /** Default `run`, then `run-2` and so on. */
  readonly id?: string;
  readonly window?: number;
  readonly tolerance?: Tolerance;
  /** How long the run may take. */
  readonly deadline?: Duration;
}

/** A chain under test. */
export interface ChainTest<Output, Node extends string> {
  /** Starts a run. @throws Error where the input is not what the chain takes */
  start(input: unknown, options?: TestStart): Promise<TestRun<Output, Node>>;
  /** A run that is there already, such as a child: `nodes.<name>.runId` of its parent's status says its id. */
  find(runId: string): Promise<TestRun>;
  /** All calls of handlers so far, in their order. */
  readonly calls: readonly Call[];
  callsOf(node: string): readonly Call[];
  /** The test's clock, which only the runs' own methods move. */
  readonly now: Date;
}

/**
 * Puts a chain to the test: its declaration and its handlers, run by the real engine on storage in memory, under a clock that jumps over every pause. Nothing
 * else is stood in for; what handlers wait for themselves takes its own time.
 * @param handlers of all nodes, or what the chain's apps make of theirs by `handlersFor`
 * @throws InvalidChainError where a handler is missing, or is of no node
 * @example
 * const test = testChain(hello, { greet: async ({ input }) => ({ text: `Hello ${input.name}` }) });
 * const run = await test.start({ name: 'Ada' });
 * expect(await run.toEnd()).toMatchObject({ status: 'Completed', output: { text: 'Hello Ada' } });
 */
export function testChain<I, N extends Nodes, O>(
  chain: DefinedChain<I, N, O>,
  handlers: HandlersOf<N, N[keyof N]['app']>,
  options?: TestOptions,
): ChainTest<O, keyof N & string>;
// A way of its own: in one union, a list's methods would lend their types to handlers of nodes that bear such a name, as `join` does.
export function testChain<I, N extends Nodes, O>(
  chain: DefinedChain<I, N, O>,
  handlers: HandlerTable | readonly HandlerTable[],
  options?: TestOptions,
): ChainTest<O, keyof N & string>;
export function testChain(
  { definition }: Pick<DefinedChain<never, never, never>, 'definition'>,
  handlers: GivenHandlers,
  { children = [], deliverTwice = false, crash, blobs }: TestOptions = {},
): ChainTest<Json, string> {
  const chains = withChildren(definition, children);
  const calls: Call[] = [];
  const own = tablesOf(definition, handlers);
  const others = chains.filter((chain) => chain !== definition).flatMap((chain) => tablesOf(chain, children));
  const world = new TestWorld(chains, blobs);
  const crashes = new Crashes(crash);
  const tries = triesOf(world, recordCalls([...own, ...others], calls), crashes);
  const time = new Time(world, new Post(world, tries, crashes, deliverTwice));
  const runOf = (runId: string, chain: ChainDefinition) => {
    const names = allNodesOf(chain).map(({ name }) => name);
    return new TestRun(runId, { chain, world, time, read: (stored) => statusOf(stored, names) });
  };
  let started = 0;
  return {
    calls,
    callsOf: (node) => calls.filter((call) => call.node === node),
    get now() {
      return new Date(world.clock);
    },
    start: async (input, { id, window, tolerance = {}, deadline } = {}) => {
      if (started === 0) await world.prepare();
      started += 1;
      const runId = id ?? (started === 1 ? 'run' : `run-${started}`);
      const parsed = definition.input.safeParse(input);
      if (!parsed.success)
        throw new Error(`this is no input of chain "${definition.name}": ${z.prettifyError(parsed.error)}`);
      const givenMs = deadline === undefined ? undefined : durationMs(deadline);
      const limits = givenMs === undefined ? {} : { givenMs, deadline: world.clock + givenMs };
      const result = await startRun(world.process(), {
        ...{ chain: definition, runId, input: parsed.data, shownInput: null },
        options: { tolerance, window, ...limits },
      });
      if (result.kind === 'exists') throw new Error(`a run "${runId}" is there already, and lives`);
      return runOf(runId, definition);
    },
    find: async (runId) => {
      const run = (await world.store.readRun(runId))?.value;
      const chain = chains.find(({ name, version }) => name === run?.name && version === run.chainVersion);
      if (chain === undefined) throw new Error(`there is no run "${runId}" yet`);
      return runOf(runId, chain);
    },
  };
}

/** The chain with all that its nodes start. @throws InvalidChainError where the handlers of one of those are not given */
function withChildren(chain: ChainDefinition, given: readonly HandlerTable[]): readonly ChainDefinition[] {
  const found = [chain];
  for (const each of found) {
    for (const node of each.nodes) {
      if (node.kind !== 'child') continue;
      if (found.some(({ name, version }) => name === node.chain && version === node.version)) continue;
      const child = given.find(
        ({ chain: { name, version } }) => name === node.chain && version === node.version,
      )?.chain;
      if (child === undefined) {
        const what = `it starts chain "${node.chain}" in version ${node.version}: give its handlers as options.children`;
        throw new InvalidChainError(each.name, node.name, what);
      }
      found.push(child);
    }
  }
  return found;
}
