import { MessageTooLargeError } from './errors.ts';

/** What Azure's queue service takes as the text of a message, in bytes of UTF-8. */
const TEXT_MAX_BYTES = 64 * 1024;

/** A message may be hidden for seven days; a second less, so that no rounding on the way passes that. */
const DELAY_MAX_SECONDS = 7 * 24 * 60 * 60 - 1;

/** @throws MessageTooLargeError */
export function checkText(queue: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_MAX_BYTES) throw new MessageTooLargeError(queue, bytes, TEXT_MAX_BYTES);
}

/**
 * Whole seconds, never less than asked for: a retry must not come before its time. What is longer than the queue can hide comes early, and whoever
 * waits looks at the clock.
 */
export function delaySeconds(delayMs: number): number {
  return Math.min(Math.max(0, Math.ceil(delayMs / 1000)), DELAY_MAX_SECONDS);
}
