/**
 * What a table key can't hold (`/ \ # ?`, control characters), the apostrophe, which an emulator stumbles over in a transaction, and the sign of the
 * escape itself.
 */
const ESCAPED = /[~'/\\#?\p{Cc}]/gu;

/** Text as part of a table key: what a key can't hold becomes `~` and its code in two hexadecimal digits; all else stays readable. */
export function keyText(text: string): string {
  return text.replaceAll(ESCAPED, (char) => `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The inverse of {@link keyText}. */
export function textOfKey(key: string): string {
  return key.replaceAll(/~([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
