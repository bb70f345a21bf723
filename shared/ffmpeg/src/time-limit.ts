import { FfmpegError } from './ffmpeg-error.ts';

/**
 * Stops what is running when its time is over or the caller has given up.
 * @param stop called at most once, with the reason
 */
export function limitTime(timeoutMs: number, signal: AbortSignal | undefined, stop: (why: Error) => void): Disposable {
  const abort = (): void =>
    stop(signal?.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError'));
  const timer = setTimeout(
    () => stop(new FfmpegError('timedOut', `ffmpeg did not end within ${timeoutMs} ms`)),
    timeoutMs,
  );
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
