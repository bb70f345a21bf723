/**
 * What a terminal or a reader of logs takes for an order instead of a character: the control characters but tab and line feed, the separators that some count
 * as an end of a line, and what turns the direction of the text around.
 */
const CONTROLS = /[^\P{Cc}\t\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** A text with its control characters written as `\u001b`: foreign words must not reach a terminal as orders to it. JSON stays the same JSON. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
