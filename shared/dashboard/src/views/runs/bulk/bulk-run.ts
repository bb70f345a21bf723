import type { ListedRun } from '@tally/api';
import type { Page } from '../../../data/pages.ts';
import type { BulkVerb } from './bulk-verbs.ts';

/** Runs that one verb is given to at most: only their ids are kept. */
export const BULK_MAX = 5_000;
/** Calls at once. */
const AT_ONCE = 4;

/** Runs that a verb is for, as far as they have been found. */
export interface Found {
  readonly ids: readonly string[];
  /** Runs that have been looked through. */
  readonly seen: number;
  /** Whether there are no others. */
  readonly isAll: boolean;
}

/** Looks through the filter's runs, page by page, for those that a verb is for. Tells how far it is after each page. */
export async function* findRuns(
  verb: Pick<BulkVerb, 'isFor'>,
  fetchPage: (token: string | null) => Promise<Page<ListedRun>>,
): AsyncGenerator<Found, void> {
  const ids: string[] = [];
  let seen = 0;
  let token: string | null = null;
  do {
    const page: Page<ListedRun> = await fetchPage(token);
    seen += page.rows.length;
    ids.push(...page.rows.filter((run) => verb.isFor(run)).map(({ instanceId }) => instanceId));
    token = page.token;
    yield { ids: ids.slice(0, BULK_MAX), seen, isAll: token === null && ids.length <= BULK_MAX };
  } while (token !== null && ids.length < BULK_MAX);
}

/** How many runs a verb was given to so far. */
export interface Done {
  readonly accepted: number;
  readonly refused: number;
  /** Why the first one was refused. */
  readonly firstRefusal: string | null;
}

/** Gives a verb to each run, a few at once. A refusal keeps no other from it: a run may have ended meanwhile. */
export async function doToAll(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  tell: (done: Done) => void,
  signal: AbortSignal,
): Promise<Done> {
  let done: Done = { accepted: 0, refused: 0, firstRefusal: null };
  const left = ids.values();
  const work = async () => {
    for (const id of left) {
      if (signal.aborted) return;
      try {
        await act(id);
        done = { ...done, accepted: done.accepted + 1 };
      } catch (error) {
        const why = `${id}: ${error instanceof Error ? error.message : String(error)}`;
        done = { ...done, refused: done.refused + 1, firstRefusal: done.firstRefusal ?? why };
      }
      tell(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}
