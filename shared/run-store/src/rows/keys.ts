import type { ShardKey } from '../port.ts';

/** The tables, by what is in them. */
export const TABLES = { runs: 'runs', chunks: 'chunks', index: 'index', deadLetters: 'deadletters' } as const;

export const RUN_ROW = 'run';
export const LEDGER_ROW = 'shard';
export const LIVE_PARTITION = 'live';
export const PURGE_PARTITION = 'purge';
export const DAYS_PARTITION = 'days';
export const WORKERS_PARTITION = 'workers';

/** All row keys that begin with a prefix ending in `:`, as a range: the character after `:` is `;`. */
export function keysFrom(prefix: `${string}:`): { from: string; to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)};` };
}

/**
 * Text as part of a key. What a key can't hold (`/ \ # ?`, control characters) and the apostrophe, which an emulator stumbles over in a
 * transaction, become `~` and their code; all else stays readable.
 */
export function keyText(text: string): string {
  return text.replaceAll(/[~'/\\#?\p{Cc}]/gu, (char) => `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The inverse of {@link keyText}. */
export function textOfKey(key: string): string {
  return key.replaceAll(/~([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** `<run>:<gen>:<stage>:<shard>`: a ledger and its chunks. */
export function shardPartition({ runId, gen, stage, shard }: ShardKey): string {
  return `${keyText(runId)}:${gen}:${keyText(stage)}:${padded(shard, 4)}`;
}

/** A run has at most 64 shards; four digits leave room and keep the rows in order. */
export function markerKey(shard: number): string {
  return `shard:${padded(shard, 4)}`;
}

/** Six digits: a shard of a million single-item chunks would still be in order. */
export function chunkKey(chunk: number): string {
  return `chunk:${padded(chunk, 6)}`;
}

export function eventKey(name: string): string {
  return `event:${keyText(name)}`;
}

/** @param n tells entries of one millisecond apart */
export function historyKey(at: number, n: number): string {
  return `history:${new Date(at).toISOString()}-${padded(n, 3)}`;
}

/** The `n` of {@link historyKey}. */
export function numberOfHistoryKey(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}

/** The day of an instant in UTC, `20260102`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}

export function dayPartition(day: string): string {
  return `day:${day}`;
}

/** Newest first, as the rows of a day. */
export function daysKey(day: string): string {
  return padded(99_999_999 - Number(day), 8);
}

/** The largest number of 13 digits: the millisecond clock has that many until the year 2286. */
const REVERSED_FROM = 9_999_999_999_999;

/** Newest first: rows are ordered by key, so the time runs backwards. */
export function dayKey(createdAt: number, runId: string, gen: string): string {
  return `${dayKeyFrom(createdAt)}-${keyText(runId)}:${gen}`;
}

/** Where the rows of runs that were created at this instant, or earlier, begin among those of their day. */
export function dayKeyFrom(createdAt: number): string {
  return padded(REVERSED_FROM - createdAt, 13);
}

export function generationKey(runId: string, gen: string): string {
  return `${keyText(runId)}:${gen}`;
}

export function deadLetterKey(at: number, id: string): string {
  return `${new Date(at).toISOString()}-${keyText(id)}`;
}

function padded(number: number, digits: number): string {
  return `${number}`.padStart(digits, '0');
}
