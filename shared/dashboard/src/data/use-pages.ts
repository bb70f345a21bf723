import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { type Page, Pages } from './pages.ts';

/** Empty pages in a row before the user is asked whether to look further. */
const EMPTY_MAX = 10;

export interface PagedList<Row> {
  /** Another name means another list, with nothing in memory yet. */
  readonly name: string;
  readonly pages: Pages<Row>;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** So many pages in a row were empty that the user is asked before more are fetched. */
  readonly isWeary: boolean;
  /** Fetches the page before or after those in memory, if there is one. */
  readonly more: (direction: 'up' | 'down') => Promise<void>;
  /** Puts in a page that was fetched separately: the first page, read again. */
  readonly put: (index: number, page: Page<Row>) => void;
  readonly lookFurther: () => void;
}

interface ListState<Row> extends Pick<PagedList<Row>, 'name' | 'pages' | 'isBusy' | 'error'> {
  /** Empty pages in a row. */
  readonly empty: number;
}

/** @param name of the list; another name starts over */
export function usePages<Row>(
  name: string,
  fetchPage: (token: string | null, signal: AbortSignal) => Promise<Page<Row>>,
): PagedList<Row> {
  const state = useSignal<ListState<Row>>({
    name,
    pages: Pages.none<Row>(),
    isBusy: false,
    error: undefined,
    empty: 0,
  });
  const control = useRef(new AbortController());
  const latest = useRef(fetchPage);
  latest.current = fetchPage;
  if (state.peek().name !== name) {
    control.current.abort();
    control.current = new AbortController();
    state.value = { name, pages: Pages.none<Row>(), isBusy: false, error: undefined, empty: 0 };
  }
  useEffect(() => () => control.current.abort(), []);
  const more = useCallback(async (direction: 'up' | 'down') => {
    const { pages, isBusy } = state.peek();
    const next = pages.next(direction);
    if (isBusy || next === undefined) return;
    const { signal } = control.current;
    state.value = { ...state.peek(), isBusy: true };
    try {
      const page = await latest.current(next.token, signal);
      if (signal.aborted) return;
      const empty = page.rows.length === 0 ? state.peek().empty + 1 : 0;
      state.value = {
        ...state.peek(),
        pages: state.peek().pages.with(next.index, page),
        isBusy: false,
        error: undefined,
        empty,
      };
    } catch (error) {
      if (!signal.aborted) state.value = { ...state.peek(), isBusy: false, error };
    }
  }, []);
  const put = useCallback((index: number, page: Page<Row>) => {
    state.value = { ...state.peek(), pages: state.peek().pages.with(index, page), error: undefined };
  }, []);
  const lookFurther = useCallback(() => {
    state.value = { ...state.peek(), empty: 0 };
  }, []);
  const { pages, isBusy, error, empty } = state.value;
  return { name, pages, isBusy, error, isWeary: empty >= EMPTY_MAX, more, put, lookFurther };
}
