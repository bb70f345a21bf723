import { type RowPlace, UnreadableRowError } from '../tables/row-errors.ts';
import type { Cell, Row } from '../tables/tables.ts';
import { BOUNDS } from './bounds.ts';

/** A table property holds 64 KiB of UTF-16: this many characters. */
const PROPERTY_MAX_CHARS = 32 * 1024;

/**
 * Text that may be longer than a property holds continues in `<name>1`, `<name>2`, …; `<name>Parts` says how
 * many count. A text of one part needs no such count, unless it may be merged over a longer one: then the old
 * parts must not be read.
 */
export function splitText(name: string, text: string, isMerged: boolean): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  let parts = 0;
  for (let start = 0; start < text.length || parts === 0; ) {
    const end = endOfPart(text, start);
    cells[partName(name, parts)] = text.slice(start, end);
    start = end;
    parts += 1;
  }
  return parts > 1 || isMerged ? { ...cells, [`${name}Parts`]: parts } : cells;
}

/**
 * A part doesn't end between the two halves of a character beyond the basic plane: each half alone isn't
 * valid UTF-8.
 */
function endOfPart(text: string, start: number): number {
  const end = start + PROPERTY_MAX_CHARS;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/**
 * The inverse of {@link splitText}: the row's cells with the parts of these columns put together.
 * @throws UnreadableRowError where the number of parts is none that a row can hold, or a part is missing
 */
export function joinTexts(
  place: RowPlace,
  cells: Row['cells'],
  names: readonly string[],
): Record<string, Cell | undefined> {
  const joined: Record<string, Cell | undefined> = { ...cells };
  for (const name of names) {
    const column = `${name}Parts`;
    const parts = cells[column];
    if (parts === undefined) continue;
    if (typeof parts !== 'number' || !Number.isInteger(parts) || parts < 1 || parts > BOUNDS.parts)
      throw new UnreadableRowError(place, column, `not a whole number from 1 to ${BOUNDS.parts}`);
    if (parts === 1) continue;
    const texts = Array.from({ length: parts }, (_, part) => cells[partName(name, part)]);
    const missing = texts.findIndex((text) => typeof text !== 'string');
    if (missing !== -1) throw new UnreadableRowError(place, partName(name, missing), 'not text');
    joined[name] = texts.join('');
  }
  return joined;
}

function partName(name: string, part: number): string {
  return part === 0 ? name : `${name}${part}`;
}
