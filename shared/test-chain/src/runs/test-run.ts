import { allBytes, containers, runFolder } from '@tally/blobs';
import type { ChainDefinition, Duration } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { type Control, controlRun, raiseEvent } from '@tally/run-steps';
import type { StoredRun } from '@tally/run-store';
import type { TestWorld } from '../world/test-world.ts';
import type { Time } from '../world/time.ts';
import { readTestLink } from '../world/tries-of.ts';
import { hasEnded, type NodeStanding, statusText, type TestStatus } from './run-status.ts';

/** A file that a handler has stored. */
export interface TestFile {
  readonly node: string;
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * No run under test ever needs more messages than this: if one does, its messages call each other without
 * end.
 */
const MAX_STEPS = 100_000;

/** The run's chain, and what moves the run. */
export interface RunParts<Output, Node extends string> {
  readonly chain: ChainDefinition;
  readonly world: TestWorld;
  readonly time: Time;
  readonly read: (stored: StoredRun) => TestStatus<Output, Node>;
}

/** A run under test. Only {@link toEnd}, {@link until} and {@link pass} move it. */
export class TestRun<Output = Json, Node extends string = string> {
  readonly id: string;
  readonly #chain: ChainDefinition;
  readonly #world: TestWorld;
  readonly #time: Time;
  readonly #read: RunParts<Output, Node>['read'];

  /** Made by `testChain(…).start(…)`. */
  constructor(id: string, { chain, world, time, read }: RunParts<Output, Node>) {
    this.id = id;
    this.#chain = chain;
    this.#world = world;
    this.#time = time;
    this.#read = read;
  }

  /** The state of the run. */
  async status(): Promise<TestStatus<Output, Node>> {
    return this.#read(await this.#stored());
  }

  /**
   * Lets the run go on to its end, whatever that is. Delivers its messages, and moves the clock over pauses,
   * delays and time-outs.
   * @throws Error if it waits for an event that was not raised, or is suspended
   */
  async toEnd(): Promise<TestStatus<Output, Node>> {
    return await this.#goOn((status) => hasEnded(status), 'has not ended');
  }

  /**
   * Lets the run go on until a node has this state.
   * @throws Error if it ends, or waits for an outside event, before that
   */
  async until(node: Node, state: NodeStanding): Promise<TestStatus<Output, Node>> {
    return await this.#goOn(({ nodes }) => nodes[node].state === state, `node "${node}" is not ${state}`);
  }

  /** Lets this much time pass on the test's clock, with everything that happens in it. */
  async pass(duration: Duration): Promise<TestStatus<Output, Node>> {
    await this.#time.pass(duration);
    return await this.status();
  }

  /**
   * Raises an event of the run.
   * @throws Error if the chain has no wait for it, the payload doesn't fit, or the run has ended
   */
  async raise(event: string, payload: Json): Promise<void> {
    const awaited = this.#chain.nodes.flatMap((node) =>
      node.kind === 'wait' && node.until.type === 'event' ? [node.until.event] : [],
    );
    if (!awaited.includes(event)) {
      const known = awaited.length === 0 ? 'none' : awaited.map((name) => `"${name}"`).join(', ');
      throw new Error(`chain "${this.#chain.name}" waits for no event "${event}"; it waits for: ${known}`);
    }
    const raised = await raiseEvent(this.#world.process(), this.id, event, payload);
    if (raised === 'accepted') return;
    const why = typeof raised === 'object' ? `its payload doesn't fit: ${raised.misfit}` : raised;
    throw new Error(`the event "${event}" was refused by run "${this.id}": ${why}`);
  }

  /** Raises an event as a person does by opening an address that a handler made with `eventUrl`. */
  async follow(link: string): Promise<void> {
    const { runId, event, payload } = readTestLink(link);
    if (runId !== this.id) throw new Error(`the address is one of run "${runId}", and this is run "${this.id}"`);
    await this.raise(event, payload);
  }

  async terminate(reason: string | null = null): Promise<void> {
    await this.#control({ verb: 'terminate', reason });
  }

  async suspend(reason: string | null = null): Promise<void> {
    await this.#control({ verb: 'suspend', reason });
  }

  async resume(reason: string | null = null): Promise<void> {
    await this.#control({ verb: 'resume', reason });
  }

  /** Sends what has failed through again, and the nodes behind it. */
  async rewind(reason: string | null = null): Promise<void> {
    await this.#control({ verb: 'rewind', reason });
  }

  /** The files that handlers have stored with `blobs`, sorted by place. */
  async files(): Promise<readonly TestFile[]> {
    const { run } = await this.#stored();
    const folder = runFolder({ run: run.runId, generation: run.generation });
    const container = containers.runs;
    const names = this.#world.blobs.names(container, folder);
    return await Promise.all(
      names.map(async (place) => {
        const at = { container, name: place };
        const [{ contentType }, content] = await Promise.all([this.#world.blobs.head(at), this.#world.blobs.get(at)]);
        const [round = '', ...rest] = place.slice(folder.length + 1).split('/');
        const node = round.slice(0, round.lastIndexOf('.'));
        return { node, name: rest.at(-1) ?? '', contentType, content: Buffer.from(await allBytes(content)) };
      }),
    );
  }

  async #goOn(isThere: (status: TestStatus<Output, Node>) => boolean, not: string): Promise<TestStatus<Output, Node>> {
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const status = await this.status();
      if (isThere(status)) {
        // The finalization of an ended run, and what it must do for its children.
        if (hasEnded(status)) await this.#time.settle();
        return status;
      }
      if (hasEnded(status)) throw new Error(`${not}: ${statusText(status)}`);
      if ((await this.#time.step()) === 'nothing-due')
        throw new Error(`${not}, and nothing is due any more: ${statusText(status)}. ${this.#advice(status)}`);
    }
    throw new Error(`${not} after ${MAX_STEPS} messages: ${statusText(await this.status())}`);
  }

  /** What would let the run go on. */
  #advice({ status, nodes }: TestStatus<Output, Node>): string {
    if (status === 'Suspended') return 'It continues with: await run.resume()';
    const states: Readonly<Record<string, { readonly state: NodeStanding }>> = nodes;
    const events = this.#chain.nodes.flatMap((node) =>
      node.kind === 'wait' && node.until.type === 'event' && states[node.name]?.state === 'waiting'
        ? [`await run.raise('${node.until.event}', …)`]
        : [],
    );
    return events.length === 0 ? 'A child of it may wait for an event.' : `It continues with: ${events.join(' or ')}`;
  }

  async #control(control: Control): Promise<void> {
    const changed = await controlRun(this.#world.process(), this.id, control);
    if (changed === null) throw new Error(`there is no run "${this.id}"`);
    if (changed.refused !== undefined)
      throw new Error(
        `run "${this.id}", which is ${changed.run.status}, refuses to ${control.verb}: ${changed.refused}`,
      );
  }

  async #stored(): Promise<StoredRun> {
    const stored = await this.#world.store.readWhole(this.id);
    if (stored === null) throw new Error(`there is no run "${this.id}"`);
    return stored;
  }
}
