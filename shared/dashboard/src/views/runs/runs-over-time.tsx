import type { RunCounts } from '@tally/api';
import { call } from '../../data/call.ts';
import { usePolled } from '../../data/poll.ts';
import { TimeHistogram } from '../../parts/histogram.tsx';
import { changeQuery } from '../../routing/route.ts';
import { type Filter, queryOf, timesOf } from './filter.ts';

const BUCKETS = 96;

/** The number of runs created over the selected time. */
export function RunsOverTime({ filter, stamp }: { readonly filter: Filter; readonly stamp: number }) {
  const { value } = usePolled<RunCounts>(
    `counts:${filter.span}:${filter.from}:${filter.to}:${stamp}`,
    async (_, signal) => {
      const { from, to } = timesOf(filter, Date.now());
      const query = {
        ...(from !== undefined && { createdTimeFrom: new Date(from).toISOString() }),
        createdTimeTo: new Date(to).toISOString(),
        buckets: BUCKETS,
      };
      return (await call('countRuns', { query, signal })).body;
    },
    () => null,
  );
  if (value === undefined) return <div class="histogram" />;
  const { from, bucketMs, counts, countedFrom } = value;
  return (
    <TimeHistogram
      from={Date.parse(from)}
      bucketMs={bucketMs}
      counts={counts}
      uncountedTo={Date.parse(countedFrom)}
      label="Runs by the time of their creation"
      onBrush={(range) =>
        changeQuery(
          queryOf({ span: '', from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }),
        )
      }
    />
  );
}
