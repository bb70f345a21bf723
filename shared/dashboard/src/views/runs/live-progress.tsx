import { useEffect, useRef, useState } from 'preact/hooks';
import { lookAtRun, type RunLook } from '../../data/look-at-run.ts';
import { usePolled } from '../../data/poll.ts';
import { isLive } from '../../parts/tones.ts';
import { StatusProgress } from './status-progress.tsx';

const PAUSE_MS = 4_000;
/** Each poll of a large run reads one row per shard. */
const LARGE_ITEMS = 10_000;
const LARGE_PAUSE_MS = 15_000;

/** The progress of a live run, polled while its line is visible. */
export function LiveProgress({ id }: { readonly id: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false));
    if (place.current !== null) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={place}>{isSeen && <Seen id={id} />}</div>;
}

function Seen({ id }: { readonly id: string }) {
  const { value } = usePolled<RunLook>(
    `progress:${id}`,
    (before, signal) => lookAtRun(id, before, signal),
    ({ status }) => {
      if (!isLive(status.runtimeStatus)) return null;
      return status.counts.total > LARGE_ITEMS ? LARGE_PAUSE_MS : PAUSE_MS;
    },
  );
  return value === undefined ? null : <StatusProgress status={value.status} />;
}
