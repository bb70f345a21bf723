import type { ListedRun } from '@tally/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePolled } from '../../data/poll.ts';
import { mayControl } from '../../data/session.ts';
import { usePages } from '../../data/use-pages.ts';
import { Failure } from '../../parts/failure.tsx';
import { counted } from '../../parts/format.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { Icon } from '../../parts/icons.tsx';
import { isLive } from '../../parts/tones.ts';
import { route } from '../../routing/route.ts';
import { BulkBar } from './bulk/bulk-bar.tsx';
import { isFiltered, readFilter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { type FirstPage, lookAtFirst, runsPage } from './list-page.ts';
import { RunsOverTime } from './runs-over-time.tsx';
import { RunsTable } from './runs-table.tsx';
import { StartDialog } from './start-dialog.tsx';

/** Applies while a run among the newest is live. */
const PAUSE_MS = 3_000;
/** A user who has scrolled further is reading, so the list must not move. */
const NEAR_TOP_PX = 400;

/** All runs, newest first. */
export function RunsView() {
  const filter = readFilter(route.value.query);
  const name = JSON.stringify(filter);
  const [isStarting, setStarting] = useState(false);
  // All pages of one list must cover the same time.
  const since = useRef({ name, now: Date.now() });
  if (since.current.name !== name) since.current = { name, now: Date.now() };
  const { now } = since.current;
  const first = usePolled<FirstPage>(
    `runs:${name}`,
    (before, signal) => lookAtFirst(filter, now, before, signal),
    ({ rows }) => (rows.some(({ runtimeStatus }) => isLive(runtimeStatus)) ? PAUSE_MS : null),
  );
  const list = usePages<ListedRun>(name, (token, signal) => runsPage(filter, now, token, signal));
  useEffect(() => {
    // A user who has scrolled on reads the current rows. The newest ones come when the user scrolls back.
    if (first.value !== undefined && list.pages.isAtTop && scrollY < NEAR_TOP_PX) list.put(0, first.value);
  }, [first.value]);
  const { seen, isWhole, rows } = list.pages;
  const isEmpty = isWhole && seen === 0;
  return (
    <>
      <div class="title-row">
        <h1>Runs</h1>
        <span class="muted">{seen === 0 ? '' : `${counted(seen, 'run')}${isWhole ? '' : ' and more'}`}</span>
        <div class="end">
          <Freshness at={first.at} isLive={first.isLive} refresh={first.refresh} />
          {mayControl.value && (
            <button type="button" class="button main" onClick={() => setStarting(true)}>
              <Icon name="plus" />
              Start a run
            </button>
          )}
        </div>
      </div>
      <FilterBar filter={filter} />
      {!isEmpty && <BulkBar filter={filter} now={now} onDone={first.refresh} />}
      <RunsOverTime filter={filter} stamp={Math.floor((first.at ?? 0) / 60_000)} />
      {first.error !== undefined && <Failure error={first.error} retry={first.refresh} />}
      {list.error !== undefined && <Failure error={list.error} retry={() => void list.more('down')} />}
      {isEmpty ? <NoRuns isFiltered={isFiltered(filter)} /> : <RunsTable list={list} />}
      {list.isWeary && (
        <p class="empty">
          {rows.length === 0 ? 'None found so far. ' : ''}
          <button type="button" class="button" onClick={list.lookFurther}>
            Look further back
          </button>
        </p>
      )}
      {isStarting && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}

function NoRuns({ isFiltered: some }: { readonly isFiltered: boolean }) {
  return (
    <div class="card empty">
      <strong>{some ? 'No run matches' : 'There are no runs yet'}</strong>
      {some ? 'Widen the filter.' : 'Start one here, or with npm run demo.'}
    </div>
  );
}
