/** A terminal's keyboard, or what stands for it. */
export interface Keyboard extends NodeJS.ReadableStream {
  setRawMode?(isRaw: boolean): unknown;
}

const CTRL_C = '\u0003';

/**
 * Waits for one of these keys, without Enter. The terminal is as before when it comes back.
 * @param keys small letters; capital ones are as good
 * @returns null when the signal fires first, or nothing more can come
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
      // In raw mode the terminal makes no signal of it.
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
