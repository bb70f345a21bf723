import { createHash } from 'node:crypto';
import { keyText, textOfKey } from '@tally/contracts';
import { type NodeRound, roundKey } from '@tally/run-state';
import type { MapKey, ShardKey } from '../stored.ts';
import type { RowPlace } from '../tables/row-errors.ts';
import { LAST_INSTANT } from './bounds.ts';

/** The tables, by what is in them. */
export const TABLES = { runs: 'runs', chunks: 'chunks', index: 'index', deadLetters: 'deadletters' } as const;

export const RUN_ROW = 'run';
export const LEDGER_ROW = 'shard';
export const PURGE_PARTITION = 'purge';
export const CURSORS_PARTITION = 'cursors';
export const DAYS_PARTITION = 'days';
export const WORKERS_PARTITION = 'workers';

/** All row keys that begin with a prefix ending in `:`, as a range: the character after `:` is `;`. */
export function keysFrom(prefix: `${string}:`): { from: string; to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)};` };
}

/**
 * Where the live rows of all runs stood once, and still may. It sorts before all of {@link livePartition}.
 */
export const FORMER_LIVE_PARTITION = 'live';
/** Whether a live row stands where an older Tally put it. @param place of the row */
export function isFormerLive(place: string): boolean {
  return place.startsWith(`${FORMER_LIVE_PARTITION} `);
}
/** All partitions of live rows: one query finds them. */
export const LIVE_PARTITIONS = { from: FORMER_LIVE_PARTITION, to: 'live;' };

/**
 * `live:0` to `live:f`, by a hash of the run's id. One partition takes 2,000 requests a second, and each run
 * writes its row there and deletes it.
 */
export function livePartition(runId: string): string {
  return `live:${createHash('sha256').update(runId).digest('hex').slice(0, 1)}`;
}

/** `<run>:<generation>:<node>.<since>:<shard>`: a ledger and its chunks. */
export function shardPartition({ runId, generation, shard, ...round }: ShardKey): string {
  return `${keyText(runId)}:${generation}:${roundKey(round)}:${padded(shard, 4)}`;
}

/**
 * The kinds of which a generation has several rows beside its run row, in the run's partition: the beginnings
 * of their keys.
 */
export const KINDS_OF_GENERATION = ['event', 'letter', 'out', 'shard', 'task'] as const;

/** The keys of all rows of a kind that are of a generation. */
export function keysOfGeneration(kind: (typeof KINDS_OF_GENERATION)[number], generation: string) {
  return keysFrom(`${kind}:${generation}:`);
}

export function inputKey(generation: string): string {
  return `input:${generation}`;
}

export function taskKey(generation: string, round: NodeRound): string {
  return `task:${generation}:${roundKey(round)}`;
}

export function outputKey(generation: string, round: NodeRound): string {
  return `out:${generation}:${roundKey(round)}`;
}

/** A run has at most 64 shards per node; four digits leave room and keep the rows in order. */
export function summaryKey(generation: string, round: NodeRound, shard: number): string {
  return `shard:${generation}:${roundKey(round)}:${padded(shard, 4)}`;
}

/** The keys of all summaries of a round. */
export function summaryKeys({ generation, ...round }: Omit<MapKey, 'runId'>) {
  return keysFrom(`shard:${generation}:${roundKey(round)}:`);
}

/** Six digits: a shard of a million single-item chunks would still be in order. */
export function chunkKey(chunk: number): string {
  return `chunk:${padded(chunk, 6)}`;
}

export function eventKey(generation: string, name: string): string {
  return `event:${generation}:${keyText(name)}`;
}

/** The inverse of {@link eventKey}; null where the key is none of its keys. */
export function eventOfKey(key: string): { readonly generation: string; readonly name: string } | null {
  const [, generation, text] = /^event:([0-9a-z]+):(.*)$/s.exec(key) ?? [];
  return generation === undefined || text === undefined ? null : { generation, name: textOfKey(text) };
}

/** @param n tells entries of one millisecond apart */
export function historyKey(at: number, n: number): string {
  return `history:${new Date(at).toISOString()}-${padded(n, 3)}`;
}

/** The instant of {@link historyKey}; null where the key is none of its keys. */
export function instantOfHistoryKey(key: string): number | null {
  const at = Date.parse(key.slice('history:'.length).replace(/-\d{3,}$/, ''));
  return key.startsWith('history:') && !Number.isNaN(at) ? at : null;
}

/** The `n` of {@link historyKey}; -1 where the key is none of its keys. */
export function numberOfHistoryKey(key: string): number {
  const [, n] = /-(\d{3,})$/.exec(key) ?? [];
  return n === undefined ? -1 : Number(n);
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

/** The inverse of {@link daysKey}; null where the key is none of its keys. */
export function dayOfDaysKey(key: string): string | null {
  return /^\d{8}$/.test(key) ? daysKey(key) : null;
}

/** The largest number of 13 digits: the millisecond clock has that many until the year 2286. */
const REVERSED_FROM = 9_999_999_999_999;

/** Newest first: rows are ordered by key, so the time runs backwards. */
export function dayKey(createdAt: number, runId: string, generation: string): string {
  return `${dayKeyFrom(createdAt)}-${keyText(runId)}:${generation}`;
}

/** Where the rows of runs that were created at this instant, or earlier, begin among those of their day. */
export function dayKeyFrom(createdAt: number): string {
  return padded(REVERSED_FROM - createdAt, 13);
}

/** When the run of a day's line was created, by the line's key; null where it is none of {@link dayKey}'s. */
export function instantOfDayKey(key: string): number | null {
  const [, digits] = /^(\d{13})-/.exec(key) ?? [];
  const at = digits === undefined ? -1 : REVERSED_FROM - Number(digits);
  return at < 0 || at > LAST_INSTANT ? null : at;
}

export function generationKey(runId: string, generation: string): string {
  return `${keyText(runId)}:${generation}`;
}

export function deadLetterKey(at: number, id: string): string {
  return `${new Date(at).toISOString()}-${keyText(id)}`;
}

/** The inverse of {@link deadLetterKey}; null where the key is none of its keys. */
export function letterOfKey(key: string): { readonly at: number; readonly id: string } | null {
  const [, time = '', text = ''] = /^(.{24})-(.*)$/s.exec(key) ?? [];
  const [at, id] = [Date.parse(time), textOfKey(text)];
  return Number.isNaN(at) || deadLetterKey(at, id) !== key ? null : { at, id };
}

/** Where rows are, for errors that name them. */
export function ledgerPlace(key: ShardKey): RowPlace {
  return { table: TABLES.chunks, partitionKey: shardPartition(key), rowKey: LEDGER_ROW };
}

export function chunkPlace(key: ShardKey, chunk: number): RowPlace {
  return { table: TABLES.chunks, partitionKey: shardPartition(key), rowKey: chunkKey(chunk) };
}

export function runPlace(runId: string): RowPlace {
  return { table: TABLES.runs, partitionKey: keyText(runId), rowKey: RUN_ROW };
}

export function summaryPlace({ runId, generation, shard, ...round }: ShardKey): RowPlace {
  return { table: TABLES.runs, partitionKey: keyText(runId), rowKey: summaryKey(generation, round, shard) };
}

export function inputPlace(runId: string, generation: string): RowPlace {
  return { table: TABLES.runs, partitionKey: keyText(runId), rowKey: inputKey(generation) };
}

/** Beside the run row: that there is a dead letter about the run, and where. */
export function letterPointerKey(generation: string, stage: string, at: number, id: string): string {
  return `letter:${generation}:${keyText(stage)}:${deadLetterKey(at, id)}`;
}

/** The keys of the letter that a {@link letterPointerKey} names; null: it is another row's key. */
export function pointedLetter(rowKey: string): { readonly partitionKey: string; readonly rowKey: string } | null {
  const [, partitionKey, letterKey] =
    /^letter:[0-9a-z]+:(.+?):(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-.*)$/.exec(rowKey) ?? [];
  return partitionKey === undefined || letterKey === undefined ? null : { partitionKey, rowKey: letterKey };
}

function padded(number: number, digits: number): string {
  return `${number}`.padStart(digits, '0');
}
