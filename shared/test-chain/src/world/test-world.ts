import { containers, MemoryBlobs } from '@tally/blobs';
import type { ChainDefinition } from '@tally/chain';
import { MemoryQueues } from '@tally/queues';
import {
  CountsCache,
  Heartbeat,
  MapStages,
  noFiles,
  noTelemetry,
  queuesOf,
  type Registry,
  RunCache,
  type StepContext,
} from '@tally/run-steps';
import { createRunStore, MemoryTables } from '@tally/run-store';

/** The account of chains under test: tables, queues and files in memory, and the only clock. */
export class TestWorld {
  /** Milliseconds since 1970. Any instant will do, if it is the same each time. */
  clock = Date.UTC(2026, 0, 1);
  readonly registry: Registry;
  readonly queues = new MemoryQueues(() => this.clock);
  readonly store = createRunStore({ tables: new MemoryTables() });
  readonly blobs: MemoryBlobs;
  readonly #now = () => this.clock;
  readonly #maps: MapStages;
  readonly #heartbeat = new Heartbeat(this.store, this.#now, quiet, 'test');
  #tokens = 0;

  constructor(chains: readonly ChainDefinition[], blobs: MemoryBlobs = new MemoryBlobs()) {
    this.registry = { chains };
    this.blobs = blobs;
    this.#maps = new MapStages(this.registry, { store: this.store, now: this.#now, random: () => 0 });
  }

  /** Creates what a deployment would have. */
  async prepare(): Promise<void> {
    await Promise.all([
      this.store.prepare(),
      this.queues.create(queuesOf(this.registry)),
      this.blobs.createContainers(Object.values(containers)),
    ]);
  }

  /**
   * A separate process: no other process knows what it remembers of runs.
   * @param beforeSend may throw; then the process is dead and sends nothing more
   */
  process(beforeSend: (queue: string, text: string) => void = () => {}): StepContext {
    const { queues, store, registry } = this;
    const sending: StepContext['queues'] = {
      create: queues.create.bind(queues),
      headInsertedAt: queues.headInsertedAt.bind(queues),
      peek: queues.peek.bind(queues),
      depth: queues.depth.bind(queues),
      takeDelivered: queues.takeDelivered.bind(queues),
      deleteTaken: queues.deleteTaken.bind(queues),
      send: async (queue, text, delayMs) => {
        beforeSend(queue, text);
        await queues.send(queue, text, delayMs);
      },
    };
    return {
      ...{ registry, store, queues: sending, maps: this.#maps, heartbeat: this.#heartbeat, files: noFiles },
      ...{
        runs: new RunCache(store, this.#now),
        counts: new CountsCache(),
        log: quiet,
        telemetry: noTelemetry,
        // A test sees a run by its messages, so every claim has one.
        goOnMs: 0,
        startSends: 0,
        now: this.#now,
      },
      chance: () => {
        this.#tokens += 1;
        // Elsewhere pauses are spread, so that work that fails together doesn't come back together. Here a
        // test counts the time.
        return { token: `tok${this.#tokens}`, jitter: 0 };
      },
    };
  }
}

const quiet = { info: () => {}, warn: () => {} };
