import type { Queues } from '@tally/queues';
import type { RowQuery, RowWrite, StoredRow, Tables } from '@tally/run-store';
import type { World } from './world.ts';

/** A call of a port, as data: what a process is about to do to the world, or to learn about it. */
export type Operation =
  | { readonly does: 'get'; readonly table: string; readonly partitionKey: string; readonly rowKey: string }
  | { readonly does: 'list'; readonly table: string; readonly query: RowQuery }
  | { readonly does: 'write'; readonly table: string; readonly writes: readonly RowWrite[] }
  | { readonly does: 'send'; readonly queue: string; readonly text: string; readonly delayMs: number | undefined }
  | { readonly does: 'head' | 'depth'; readonly queue: string }
  | { readonly does: 'take'; readonly queue: string; readonly deliveries: number }
  | { readonly does: 'delete'; readonly queue: string; readonly taken: Taken }
  /** Something that takes time and touches no storage, such as a call to another service. */
  | { readonly does: 'work'; readonly what: string }
  /** The work takes its process down. */
  | { readonly does: 'die' };

type Taken = Parameters<Queues['deleteTaken']>[1];

export type Answer =
  | { readonly kind: 'row'; readonly row: StoredRow | null }
  | { readonly kind: 'rows'; readonly rows: readonly StoredRow[] }
  | { readonly kind: 'etags'; readonly etags: readonly string[] }
  | { readonly kind: 'number'; readonly number: number | null }
  | { readonly kind: 'taken'; readonly taken: readonly Taken[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: Error };

/** Does it in one step. A refused write is an answer too. */
export async function perform(world: World, operation: Operation): Promise<Answer> {
  const { tables, queues } = world;
  switch (operation.does) {
    case 'get':
      return {
        kind: 'row',
        row: await tables.get(operation.table, operation.partitionKey, operation.rowKey),
      };
    case 'list': {
      const rows: StoredRow[] = [];
      for await (const row of tables.list(operation.table, operation.query)) rows.push(row);
      return { kind: 'rows', rows };
    }
    case 'write':
      try {
        return { kind: 'etags', etags: await tables.write(operation.table, operation.writes) };
      } catch (error) {
        return { kind: 'error', error: errorOf(error) };
      }
    case 'send':
      await queues.send(operation.queue, operation.text, operation.delayMs);
      return { kind: 'done' };
    case 'head':
      return { kind: 'number', number: await queues.headInsertedAt(operation.queue) };
    case 'depth':
      return { kind: 'number', number: await queues.depth(operation.queue) };
    case 'take':
      return { kind: 'taken', taken: await queues.takeDelivered(operation.queue, operation.deliveries) };
    case 'delete':
      await queues.deleteTaken(operation.queue, operation.taken);
      return { kind: 'done' };
    case 'work':
    case 'die':
      return { kind: 'done' };
  }
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** An operation as a person reads it in a trace. */
export function nameOf(operation: Operation): string {
  switch (operation.does) {
    case 'get':
      return `read ${operation.table} ${operation.partitionKey}/${operation.rowKey}`;
    case 'list':
      return `list ${operation.table} ${partitionsOf(operation.query)}/${operation.query.from ?? ''}`;
    case 'write':
      return `write ${operation.table} ${operation.writes.map(nameOfWrite).join(', ')}`;
    case 'send':
      return `send to ${operation.queue}`;
    case 'head':
    case 'depth':
    case 'take':
    case 'delete':
      return `${operation.does} ${operation.queue}`;
    case 'work':
      return operation.what;
    case 'die':
      return 'die';
  }
}

function partitionsOf({ partitionKey }: RowQuery): string {
  return typeof partitionKey === 'string' ? partitionKey : `${partitionKey.from}…`;
}

function nameOfWrite(write: RowWrite): string {
  const { partitionKey, rowKey } = write.kind === 'delete' ? write : write.row;
  return `${write.kind} ${partitionKey}/${rowKey}`;
}

type Ask = (operation: Operation) => Promise<Answer>;

/** Storage tables whose every call waits until it is answered. */
export function askingTables(ask: Ask): Tables {
  return {
    pause: async () => {},
    create: async () => {},
    get: async (table, partitionKey, rowKey) => {
      const answer = await ask({ does: 'get', table, partitionKey, rowKey });
      if (answer.kind !== 'row') throw unfit(answer);
      return answer.row;
    },
    list: async function* (table, query) {
      const answer = await ask({ does: 'list', table, query });
      if (answer.kind !== 'rows') throw unfit(answer);
      yield* answer.rows;
    },
    firstPart: async (table, query) => {
      const answer = await ask({ does: 'list', table, query });
      if (answer.kind !== 'rows') throw unfit(answer);
      return { rows: answer.rows, isAll: true };
    },
    write: async (table, writes) => {
      const answer = await ask({ does: 'write', table, writes });
      if (answer.kind !== 'etags') throw unfit(answer);
      return answer.etags;
    },
  };
}

/** Storage queues whose every call waits until it is answered. */
export function askingQueues(ask: Ask): Queues {
  const number = async (operation: Operation): Promise<number | null> => {
    const answer = await ask(operation);
    if (answer.kind !== 'number') throw unfit(answer);
    return answer.number;
  };
  const settled = async (operation: Operation): Promise<void> => {
    const answer = await ask(operation);
    if (answer.kind !== 'done') throw unfit(answer);
  };
  return {
    create: async () => {},
    send: (queue, text, delayMs) => settled({ does: 'send', queue, text, delayMs }),
    headInsertedAt: (queue) => number({ does: 'head', queue }),
    // Nothing depends on what a person looks at.
    peek: async () => [],
    depth: async (queue) => (await number({ does: 'depth', queue })) ?? 0,
    takeDelivered: async (queue, deliveries) => {
      const answer = await ask({ does: 'take', queue, deliveries });
      if (answer.kind !== 'taken') throw unfit(answer);
      return answer.taken;
    },
    deleteTaken: (queue, taken) => settled({ does: 'delete', queue, taken }),
  };
}

/** The error for a caller whose answer doesn't fit its question: the error of the answer, if it is one. */
function unfit(answer: Answer): Error {
  return answer.kind === 'error' ? answer.error : new Error(`no answer to this question: ${answer.kind}`);
}
