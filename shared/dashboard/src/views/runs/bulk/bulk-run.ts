import type { ListedRun } from '@tally/api';
import type { Page } from '../../../data/pages.ts';
import type { BulkVerb } from './bulk-verbs.ts';

/** Maximum number of runs for one verb. Only their ids are kept. */
export const BULK_MAX = 5_000;
/** Calls at once. */
const AT_ONCE = 4;

/** The runs found so far to which a verb applies. */
export interface Found {
  readonly ids: readonly string[];
  /** Number of runs examined so far. */
  readonly seen: number;
  /** Whether there are no others. */
  readonly isAll: boolean;
}

/**
 * Searches the filter's runs, page by page, for those to which a verb applies. Reports its progress after
 * each page.
 */
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

/** The progress of applying a verb to runs. */
export interface Done {
  readonly accepted: number;
  readonly refused: number;
  /** The reason of the first refusal. */
  readonly firstRefusal: string | null;
}

/**
 * Applies a verb to each run, a few at a time. A refusal doesn't stop the others: a run may have ended in the
 * meantime.
 */
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
