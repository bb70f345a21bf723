/** A terminal's keyboard, or a substitute for it. */
export interface Keyboard extends NodeJS.ReadableStream {
  setRawMode?(isRaw: boolean): unknown;
}

const CTRL_C = '\u0003';

/**
 * Waits for one of these keys, without Enter. The terminal's mode is restored before it returns.
 * @param keys small letters; capital letters count as well
 * @returns null when the signal fires first, or no more input can come
 */
export async function readKey(
  keyboard: Keyboard,
  keys: readonly string[],
  { signal, onInterrupt }: { readonly signal: AbortSignal; readonly onInterrupt: () => void },
): Promise<string | null> {
  if (signal.aborted) return null;
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const onData = (data: Buffer | string): void => {
    for (const key of String(data).toLowerCase()) {
      // In raw mode the terminal turns Ctrl-C into no signal.
      if (key === CTRL_C) onInterrupt();
      if (keys.includes(key)) resolve(key);
    }
  };
  const onEnd = (): void => resolve(null);
  keyboard.setRawMode?.(true);
  keyboard.on('data', onData);
  keyboard.on('end', onEnd);
  signal.addEventListener('abort', onEnd, { once: true });
  keyboard.resume();
  try {
    return await promise;
  } finally {
    keyboard.off('data', onData);
    keyboard.off('end', onEnd);
    signal.removeEventListener('abort', onEnd);
    keyboard.setRawMode?.(false);
    keyboard.pause();
  }
}
