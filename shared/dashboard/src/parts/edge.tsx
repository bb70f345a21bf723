import { useEffect, useRef } from 'preact/hooks';

/** How far outside of what is seen one begins to fetch. */
const MARGIN = '600px';

/**
 * The end of what is in memory of a long list, as tall as what is left out there: as long as it is seen, it asks for more.
 * @param isBusy while more is on its way nothing is asked for
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
    // The observer tells of changes only, and after a short page there may be none.
    const frame = requestAnimationFrame(() => {
      if (isSeen.current) latest.current();
    });
    return () => cancelAnimationFrame(frame);
  }, [isBusy, height]);
  return <div ref={edge} aria-hidden="true" style={{ height: `${Math.max(1, height)}px` }} />;
}
