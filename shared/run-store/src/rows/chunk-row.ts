import type { ItemOutcome } from '@tally/contracts';
import type { Chunk } from '@tally/run-state';
import * as z from 'zod';
import type { MapShape, ShardKey } from '../stored.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Cell, Row } from '../tables/tables.ts';
import { BOUNDS, countTo, durationMs, itemCount } from './bounds.ts';
import { decodeCells, encodeCells, jsonList, placeOf } from './cells.ts';
import { chunkKey, shardPartition, TABLES } from './keys.ts';

/** What a map node's items and results look like in a chunk's row. */
export type ChunkShape = Omit<MapShape, 'foldSchema'>;

export interface ChunkCodec {
  encode(key: ShardKey, chunk: Chunk): Row;
  /** Only what a commit changes, to be merged, so that the items aren't sent again. */
  encodeChange(key: ShardKey, before: Chunk, after: Chunk): Row;
  /** @throws UnreadableRowError */
  decode(row: Row): Chunk;
}

const CHUNK_KEY = /^chunk:(\d{6})$/;

/** The number of the chunk whose key this is; null where it is none of a chunk's. */
export function numberOfChunkKey(key: string): number | null {
  const [, number] = CHUNK_KEY.exec(key) ?? [];
  return number === undefined ? null : Number(number);
}

export function chunkCodec(shape: ChunkShape): ChunkCodec {
  const { itemColumn } = shape;
  const schemas = chunkSchemas(shape);
  const keys = (key: ShardKey, chunk: number) => ({ partitionKey: shardPartition(key), rowKey: chunkKey(chunk) });
  return {
    encode: (key, chunk) => {
      const { first, items, attempts, outcomes } = chunk;
      const cells: Record<string, Cell> = {
        ...encodeCells(schemas.plan, { first, count: items.length }),
        ...encodeCells(schemas.items, { [itemColumn]: items }, [itemColumn]),
        ...(isTried(chunk) && encodeCells(schemas.attempts, { attempts })),
        ...(hasResults(chunk) && encodeCells(schemas.results, { results: outcomes }, ['results'])),
      };
      return { ...keys(key, chunk.chunk), cells };
    },
    encodeChange: (key, before, after) => {
      const { attempts, outcomes: results } = after;
      const cells = {
        ...((isTried(before) || isTried(after)) && encodeCells(schemas.attempts, { attempts })),
        ...((hasResults(before) || hasResults(after)) && encodeCells(schemas.results, { results }, ['results'], true)),
      };
      return { ...keys(key, after.chunk), cells };
    },
    decode: (row) => {
      const number = numberOfChunkKey(row.rowKey);
      if (number === null) throw unreadable(row, null, 'not the key of a chunk');
      const long = [itemColumn, 'results'];
      const { first, count: size } = decodeCells(schemas.plan, TABLES.chunks, row);
      const { [itemColumn]: items = [] } = decodeCells(schemas.items, TABLES.chunks, row, long);
      const none = Array.from({ length: size }, () => null);
      const { attempts = none.map(() => 0) } = decodeCells(schemas.attempts, TABLES.chunks, row);
      const { results = none } = decodeCells(schemas.results, TABLES.chunks, row, long);
      for (const [column, { length }] of Object.entries({ [itemColumn]: items, attempts, results })) {
        if (length !== size) throw unreadable(row, column, `${length} entries, for ${size} items`);
      }
      return { chunk: number, first, items, attempts, outcomes: results };
    },
  };
}

function chunkSchemas({ itemColumn, itemSchema, resultSchema }: ChunkShape) {
  const outcome: z.ZodType<ItemOutcome | null> = z
    .discriminatedUnion('status', [
      z.object({ status: z.literal('succeeded'), result: resultSchema, durationMs }),
      z.object({
        status: z.literal('failed'),
        error: z.object({ code: z.string(), message: z.string() }),
        durationMs,
      }),
    ])
    .nullable();
  return {
    plan: z.object({ first: itemCount, count: countTo(BOUNDS.chunkItems) }),
    items: z.object({ [itemColumn]: jsonList(itemSchema, BOUNDS.chunkItems) }),
    /** The highest failed try per item; no column while none has failed. */
    attempts: z.object({ attempts: jsonList(countTo(BOUNDS.tries), BOUNDS.chunkItems).optional() }),
    /** An entry per item, null while it has no result; no column while none has. */
    results: z.object({ results: jsonList(outcome, BOUNDS.chunkItems).optional() }),
  };
}

function isTried(chunk: Chunk): boolean {
  return chunk.attempts.some((attempt) => attempt > 0);
}

function hasResults(chunk: Chunk): boolean {
  return chunk.outcomes.some((outcome) => outcome !== null);
}

function unreadable(row: Row, column: string | null, fault: string): UnreadableRowError {
  return new UnreadableRowError(placeOf(TABLES.chunks, row), column, fault);
}
