/**
 * The characters that a table key can't hold: `/ \ # ?` and control characters. The apostrophe is here
 * because an emulator fails on it in a transaction, and `~` because it is the escape character.
 */
const ESCAPED = /[~'/\\#?\p{Cc}]/gu;

/**
 * Text as part of a table key. Each character that a key can't hold becomes `~` and two hexadecimal digits of
 * its code. All others stay readable.
 */
export function keyText(text: string): string {
  return text.replaceAll(ESCAPED, (char) => `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The inverse of {@link keyText}. */
export function textOfKey(key: string): string {
  return key.replaceAll(/~([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
