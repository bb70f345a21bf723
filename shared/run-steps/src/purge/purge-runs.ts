import { isTerminal, type RunStatus } from '@tally/contracts';
import { type DayRow, dayOf, type RunStore } from '@tally/run-store';
import * as z from 'zod';
import { isOfAnotherVersion } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../read/list-runs.ts';
import { decodeToken, encodeToken } from '../read/page-token.ts';
import { purgeRun } from './purge-run.ts';

/**
 * A call of {@link purgeRuns} begins no more purges after this many, or this long. The time is half of what a
 * proxy waits for an answer.
 */
const MAX_PURGES = 500;
const MAX_MS = 30_000;
/** Runs looked at and purged at once. */
const PURGES_AT_ONCE = 4;
/** Lines of the listing fetched at once: as many as a request brings. */
const LINES_AT_ONCE = 1_000;

export interface PurgeQuery {
  /** Milliseconds since 1970, both included. */
  readonly createdFrom: number;
  readonly createdTo: number;
  /** Absent: all. Living runs are never purged. */
  readonly statuses?: readonly RunStatus[] | undefined;
  /** The token of the previous call, with the same filter; null: the first call. */
  readonly token?: string | null | undefined;
}

export interface PurgeReport {
  readonly deleted: number;
  /** The token for the next call; null: all runs are done. */
  readonly token: string | null;
}

/**
 * How far the calls have come: this line and all older ones are done. Lines that came after the first call
 * are not looked at.
 */
const placeSchema = z.strictObject({
  at: z.number().int().min(FIRST_INSTANT).max(LAST_INSTANT),
  key: z.string().max(1_024),
  to: z.number().int().min(FIRST_INSTANT).max(LAST_INSTANT),
});
type PurgePlace = z.infer<typeof placeSchema>;

/**
 * Purges ended runs by their time of creation, the oldest first, as many as one request has time for. Each
 * call goes on where the previous one stopped. So the calls come to an end, however many runs the filter
 * excludes. A run that another version of Tally wrote is left to that version.
 * @throws InvalidTokenError
 */
export async function purgeRuns(
  context: StepContext,
  { statuses = ['Completed', 'Failed', 'Terminated'], ...query }: PurgeQuery,
): Promise<PurgeReport> {
  const start = query.token === undefined || query.token === null ? null : decodeToken(placeSchema, query.token);
  const ended = new Set(statuses.filter(isTerminal));
  if (ended.size === 0) return { deleted: 0, token: null };
  const from = Math.max(FIRST_INSTANT, query.createdFrom, start?.at ?? FIRST_INSTANT);
  const to = Math.min(LAST_INSTANT, query.createdTo, start?.to ?? LAST_INSTANT);
  const until = context.now() + MAX_MS;
  let deleted = 0;
  let group: DayRow[] = [];
  const purgeGroup = async () => {
    const purged = await Promise.all(group.map((line) => purgeLine(context, line, ended)));
    deleted += purged.filter((isPurged) => isPurged).length;
    group = [];
  };
  for await (const line of linesOldestFirst(context.store, from, to)) {
    // Done by the previous call.
    if (start !== null && line.createdAt === start.at && line.key >= start.key) continue;
    group.push(line);
    if (group.length < PURGES_AT_ONCE) continue;
    await purgeGroup();
    if (deleted < MAX_PURGES && context.now() < until) continue;
    return { deleted, token: encodeToken({ at: line.createdAt, key: line.key, to } satisfies PurgePlace) };
  }
  await purgeGroup();
  return { deleted, token: null };
}

/** @returns whether the line's run was purged */
async function purgeLine(
  context: StepContext,
  { runId, generation }: DayRow,
  ended: ReadonlySet<RunStatus>,
): Promise<boolean> {
  const look = await context.store.lookAtRun(runId);
  if (look === null) return false;
  // A run that lived and can't be read any more is ended by the watchdog.
  const { status = 'Failed', generation: standing = generation } = 'error' in look ? look : look.value;
  const isWanted = 'error' in look ? isTerminal(status) && ended.has('Failed') : ended.has(status);
  if (!isWanted || standing !== generation) return false;
  try {
    return (await purgeRun(context, runId, generation)) === 'purged';
  } catch (error) {
    if (isOfAnotherVersion(error)) return false;
    throw error;
  }
}

type Listing = Pick<RunStore, 'listDays' | 'listDay'>;

/** The lines of runs that were created within a time, the oldest first. The store has the newest first. */
async function* linesOldestFirst(store: Listing, createdFrom: number, createdTo: number): AsyncGenerator<DayRow, void> {
  if (createdTo < createdFrom) return;
  const days: string[] = [];
  for await (const day of store.listDays({ from: dayOf(createdFrom), to: dayOf(createdTo) })) days.unshift(day);
  for (const day of days) {
    const start = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
    const end = start + DAY_MS - 1;
    yield* linesOfTime(store, day, Math.max(start, createdFrom), Math.min(end, createdTo));
  }
}

const DAY_MS = 86_400_000;

/**
 * The lines of a part of a day. A part with more lines than a request brings is halved until it has fewer.
 */
async function* linesOfTime(
  store: Listing,
  day: string,
  createdFrom: number,
  createdTo: number,
): AsyncGenerator<DayRow, void> {
  // All lines of one millisecond come together.
  const limit = createdFrom === createdTo ? undefined : LINES_AT_ONCE;
  const lines: DayRow[] = [];
  for await (const line of store.listDay(day, { createdFrom, createdTo, limit })) lines.push(line);
  if (limit === undefined || lines.length < limit) return yield* lines.reverse();
  const middle = Math.floor((createdFrom + createdTo) / 2);
  yield* linesOfTime(store, day, createdFrom, middle);
  yield* linesOfTime(store, day, middle + 1, createdTo);
}
