import { MessageTextError, MessageTooLargeError } from './errors.ts';

/** What Azure's queue service takes as the text of a message, in bytes of UTF-8. */
const TEXT_MAX_BYTES = 64 * 1024;

/** A message travels in an XML document, which can hold these characters only (XML 1.0, section 2.2). */
const XML_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** A message may be hidden for seven days; a second less, so that no rounding on the way passes that. */
const DELAY_MAX_SECONDS = 7 * 24 * 60 * 60 - 1;

/**
 * Azure's service refuses such a text. Azurite takes it, and the official Functions host then can't read it nor what it received with it: all of
 * that stays hidden for ten minutes.
 * @throws MessageTooLargeError, MessageTextError
 */
export function checkText(queue: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_MAX_BYTES) throw new MessageTooLargeError(queue, bytes, TEXT_MAX_BYTES);
  if (!XML_TEXT.test(text)) throw new MessageTextError(queue);
}

/**
 * Whole seconds, never less than asked for: a retry must not come before its time. What is longer than the queue can hide comes early, and whoever
 * waits looks at the clock.
 */
export function delaySeconds(delayMs: number): number {
  return Math.min(Math.max(0, Math.ceil(delayMs / 1000)), DELAY_MAX_SECONDS);
}
