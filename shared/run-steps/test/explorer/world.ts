import type { HeldMessage, MemoryQueues } from '@tally/queues';
import type { MemoryTables, StoredRow } from '@tally/run-store';

/** Longer than any wait: a process that holds a message loses it only by its own death. */
const IN_HAND_MS = 10 ** 12;

/** Everything that outlives a process: rows, messages and the time. */
export class World {
  /** Milliseconds since 1970. */
  clock: number;
  readonly tables: MemoryTables;
  readonly queues: MemoryQueues;
  /** The last version but one of rows that processes remember, by their place. */
  readonly past: Map<string, StoredRow>;
  /** How many messages were sent so far, by queue. */
  readonly sent: Map<string, number>;

  constructor(
    clock: number,
    tables: MemoryTables,
    queues: (now: () => number) => MemoryQueues,
    past: ReadonlyMap<string, StoredRow> = new Map(),
    sent: ReadonlyMap<string, number> = new Map(),
  ) {
    this.clock = clock;
    this.tables = tables;
    this.queues = queues(() => this.clock);
    this.past = new Map(past);
    this.sent = new Map(sent);
  }

  copy(): World {
    return new World(this.clock, this.tables.copy(), (now) => this.queues.copy(now), this.past, this.sent);
  }

  /** The messages of a queue that can be taken now. */
  visible(queue: string): readonly HeldMessage[] {
    return this.queues.messages(queue).filter(({ visibleAt }) => visibleAt <= this.clock);
  }

  take(queue: string, id: string): HeldMessage {
    return { ...this.queues.receiveOne(queue, id, IN_HAND_MS), visibleAt: this.clock };
  }
}
