import type { MemoryBlobs } from '@tally/blobs';
import type { ChainDefinition, DefinedChain, Duration, HandlersOf, HandlerTable, Nodes } from '@tally/chain';
import { allNodesOf, durationMs, InvalidChainError } from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { Tolerance } from '@tally/run-state';
import { startRun } from '@tally/run-steps';
import * as z from 'zod';
import { statusOf } from './runs/run-status.ts';
import { TestRun } from './runs/test-run.ts';
import { type GivenHandlers, tablesOf } from './tables-of.ts';
import { Crashes, type CrashPoint } from './world/crash.ts';
import { Post } from './world/post.ts';
import { type Call, recordCalls } from './world/recorded-calls.ts';
import { TestWorld } from './world/test-world.ts';
import { Time } from './world/time.ts';
import { triesOf } from './world/tries-of.ts';

/** The further options of a chain's test. */
export interface TestOptions {
  /** The handlers of the chains that this chain's nodes start. */
  readonly children?: readonly HandlerTable[];
  /**
   * Every message comes twice at once. So every handler is called twice for the same work, with the same key.
   */
  readonly deliverTwice?: boolean;
  /** Where processes die, once for each piece of work. */
  readonly crash?: CrashPoint;
  /** Where handlers' files are stored, for handlers that were given a store themselves. */
  readonly blobs?: MemoryBlobs;
}

/** The options of a run's start, besides its input. */
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
  /**
   * Starts a run.
   * @throws Error if the input isn't what the chain takes
   */
  start(input: unknown, options?: TestStart): Promise<TestRun<Output, Node>>;
  /** An existing run, such as a child. `nodes.<name>.runId` in its parent's status gives its id. */
  find(runId: string): Promise<TestRun>;
  /** All calls of handlers so far, in order. */
  readonly calls: readonly Call[];
  callsOf(node: string): readonly Call[];
  /** The test's clock. Only the runs' own methods move it. */
  readonly now: Date;
}

/**
 * Tests a chain: its declaration and its handlers, run by the real engine on storage in memory. The clock
 * jumps over every pause. Nothing else is replaced. If a handler waits by itself, that takes real time.
 * @param handlers those of all nodes, or the results of `handlersFor` in the chain's apps
 * @throws InvalidChainError if a handler is missing, or belongs to no node
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
// A separate overload: in one union, a list's methods, such as `join`, would lend their types to handlers of
// nodes with that name.
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
        throw new Error(`the input does not fit chain "${definition.name}": ${z.prettifyError(parsed.error)}`);
      const givenMs = deadline === undefined ? undefined : durationMs(deadline);
      const limits = givenMs === undefined ? {} : { givenMs, deadline: world.clock + givenMs };
      const result = await startRun(world.process(), {
        ...{ chain: definition, runId, input: parsed.data, shownInput: null },
        options: { tolerance, window, ...limits },
      });
      if (result.kind === 'exists') throw new Error(`a run "${runId}" exists already and is live`);
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

/**
 * The chain with all chains that its nodes start.
 * @throws InvalidChainError if the handlers of one of those aren't given
 */
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
