/**
 * Characters that a terminal or a log reader treats as a command: the control characters except tab and line
 * feed. So are the separators that some programs treat as a line end, and the characters that change the text
 * direction.
 */
const CONTROLS = /[^\P{Cc}\t\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * A text with its control characters written as `\u001b`, so that foreign text can't send commands to a
 * terminal. JSON keeps its meaning.
 */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
