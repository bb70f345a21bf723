/** Parses a text as JSON. A text that isn't JSON is returned unchanged. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
