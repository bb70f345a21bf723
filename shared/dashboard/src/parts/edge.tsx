import { useEffect, useRef } from 'preact/hooks';

/** Fetching begins this far outside the visible part. */
const MARGIN = '600px';

/**
 * The end of a long list's part in memory, as tall as the rows that are left out there. While it is visible,
 * it asks for more.
 * @param isBusy while more is being fetched, it asks for nothing
 */
export function Edge({
  height,
  isBusy,
  onSeen,
}: {
  readonly height: number;
  readonly isBusy: boolean;
  readonly onSeen: () => void;
}) {
  const edge = useRef<HTMLDivElement>(null);
  const isSeen = useRef(false);
  const latest = useRef(onSeen);
  latest.current = onSeen;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        isSeen.current = entries.at(-1)?.isIntersecting ?? false;
        if (isSeen.current) latest.current();
      },
      { rootMargin: MARGIN },
    );
    if (edge.current !== null) observer.observe(edge.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (isBusy) return;
    // The observer reports only changes, and after a short page there may be none.
    const frame = requestAnimationFrame(() => {
      if (isSeen.current) latest.current();
    });
    return () => cancelAnimationFrame(frame);
  }, [isBusy, height]);
  return <div ref={edge} aria-hidden="true" style={{ height: `${Math.max(1, height)}px` }} />;
}
