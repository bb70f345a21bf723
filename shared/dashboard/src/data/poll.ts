import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { access, keyOf } from './session.ts';

/** The wait until the next poll, in milliseconds; null when there is nothing to wait for. */
export type Pause<Value> = (value: Value) => number | null;

/** Applies while the tab is hidden. */
const HIDDEN_FACTOR = 10;
/** After a failure, doubled with each further one. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;

export interface Polled<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  /** The time of the latest answer, in milliseconds since 1970. */
  readonly at: number | null;
  /** Whether another poll is planned. */
  readonly isLive: boolean;
  readonly refresh: () => void;
}

/**
 * Polls a value. The latest answer sets the interval. Polling is slower while the tab is hidden, runs at once
 * when it is visible again, and stops where nothing is live.
 * @param name of the polled value; another name starts over
 * @param look gets the previous value, for a request by ETag
 */
export function usePolled<Value>(
  name: string,
  look: (before: Value | undefined, signal: AbortSignal) => Promise<Value>,
  pause: Pause<Value>,
): Polled<Value> {
  const state = useSignal<Omit<Polled<Value>, 'refresh'> & { readonly name: string }>({ name, ...NOTHING });
  const again = useRef<() => void>(() => {});
  const latest = useRef({ look, pause });
  latest.current = { look, pause };
  const key = keyOf();
  const isAllowed = access.value !== 'needsKey';
  useEffect(() => {
    if (!isAllowed) return;
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isBusy = false;
    let before: Value | undefined;
    const plan = (ms: number | null) => {
      clearTimeout(timer);
      if (ms !== null) timer = setTimeout(() => void run(), document.hidden ? ms * HIDDEN_FACTOR : ms);
    };
    const lookOnce = async (): Promise<number | null> => {
      try {
        const value = await latest.current.look(before, control.signal);
        failures = 0;
        before = value;
        const next = latest.current.pause(value);
        if (!control.signal.aborted)
          state.value = { name, value, error: undefined, at: Date.now(), isLive: next !== null };
        return next;
      } catch (error) {
        failures += 1;
        if (!control.signal.aborted)
          state.value = { ...(state.value.name === name ? state.value : NOTHING), name, error, isLive: true };
        return Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MAX_MS);
      }
    };
    const run = async () => {
      clearTimeout(timer);
      if (isBusy) return;
      isBusy = true;
      const next = await lookOnce();
      isBusy = false;
      if (!control.signal.aborted) plan(next);
    };
    const onSeen = () => {
      if (!document.hidden) void run();
    };
    again.current = () => void run();
    void run();
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      control.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [name, key, isAllowed]);
  const refresh = useCallback(() => again.current(), []);
  // A value of another name doesn't belong to this one.
  const { name: of, ...seen } = state.value;
  return { ...(of === name ? seen : NOTHING), refresh };
}

const NOTHING = { value: undefined, error: undefined, at: null, isLive: true } as const;
