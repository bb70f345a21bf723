import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { access, keyOf } from './session.ts';

/** How long to wait until the next look, in milliseconds; null: there is nothing to wait for. */
export type Pause<Value> = (value: Value) => number | null;

/** While nobody sees the tab. */
const HIDDEN_FACTOR = 10;
/** After a failure, doubled with each further one. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;

export interface Polled<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  /** When the latest answer came, in milliseconds since 1970. */
  readonly at: number | null;
  /** Whether a next look is planned. */
  readonly isLive: boolean;
  readonly refresh: () => void;
}

/**
 * Looks again and again: as often as the latest answer asks for, slower while the tab is hidden, at once when it is seen again, and not at all where
 * nothing lives.
 * @param name of what is looked at; another one begins anew
 * @param look gets what it brought before, for a request by ETag
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
  // What another name has brought is none of this one's.
  const { name: of, ...seen } = state.value;
  return { ...(of === name ? seen : NOTHING), refresh };
}

const NOTHING = { value: undefined, error: undefined, at: null, isLive: true } as const;
