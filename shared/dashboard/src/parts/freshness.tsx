import { now } from './clock.ts';
import { ago } from './format.ts';
import { Icon } from './icons.tsx';

/** The age of the data, whether it updates by itself, and a button to refresh. */
export function Freshness({
  at,
  isLive,
  refresh,
}: {
  readonly at: number | null;
  readonly isLive: boolean;
  readonly refresh: () => void;
}) {
  return (
    <span class={isLive ? 'fresh live' : 'fresh'}>
      <span class="dot" />
      {at === null ? 'loading' : isLive ? 'live' : `as of ${ago(at, now.value)}`}
      <button
        type="button"
        class="button plain icon small"
        aria-label="Look again"
        title="Look again"
        onClick={refresh}
      >
        <Icon name="refresh" />
      </button>
    </span>
  );
}
