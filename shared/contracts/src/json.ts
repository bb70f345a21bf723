/** A value that survives `JSON.parse(JSON.stringify(value))` unchanged: what may stand in a row or a message. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How deep the lists and objects of a JSON text stand inside one another; brackets in strings don't count. A loop, since a pattern would run out of stack. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let place = 0; place < text.length; place += 1) {
    const char = text[place];
    if (isInString && char === '\\') place += 1;
    else if (char === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth -= 1;
  }
  return deepest;
}
