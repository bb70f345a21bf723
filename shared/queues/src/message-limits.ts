import { MessageTextError, MessageTooLargeError } from './errors.ts';

/** The longest message text that Azure's queue service accepts, in bytes of UTF-8. */
const TEXT_MAX_BYTES = 64 * 1024;

/** A message travels in an XML document, which can hold only these characters (XML 1.0, section 2.2). */
const XML_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** A message may be hidden for seven days. One second less, so that no rounding on the way exceeds that. */
const DELAY_MAX_SECONDS = 7 * 24 * 60 * 60 - 1;

/**
 * Checks a message's text. Azure's service refuses a text that is too long or that XML can't hold. Azurite
 * accepts it. The official Functions host then can't read it, nor the messages that it received with it. All
 * of them stay hidden for ten minutes.
 * @throws MessageTooLargeError, MessageTextError
 */
export function checkText(queue: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_MAX_BYTES) throw new MessageTooLargeError(queue, bytes, TEXT_MAX_BYTES);
  if (!XML_TEXT.test(text)) throw new MessageTextError(queue);
}

/**
 * The delay in whole seconds, rounded up: a retry must not come before its time. After a delay longer than a
 * queue can hide it, a message comes early, and the code that waits checks the clock.
 */
export function delaySeconds(delayMs: number): number {
  return Math.min(Math.max(0, Math.ceil(delayMs / 1000)), DELAY_MAX_SECONDS);
}
