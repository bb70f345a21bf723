import { z } from 'zod';
import { UnreadableRowError } from '../tables/errors.ts';
import type { Cell, Row } from '../tables/tables.ts';

/** A column that holds an instant: ISO text in the row, milliseconds since 1970 in the program. */
export const isoTime = z.codec(z.iso.datetime(), z.number().int(), {
  decode: (text) => Date.parse(text),
  encode: (at) => new Date(at).toISOString(),
});

/** A column that holds JSON text. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return json.pipe(schema);
}

const json = z.codec(z.string(), z.unknown(), {
  decode: (text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.issues.push({ code: 'custom', message: 'not JSON', input: text });
      return z.NEVER;
    }
  },
  encode: (value) => JSON.stringify(value),
});

export const count = z.number().int().min(0);

/** A table property holds 64 KiB of UTF-16: this many characters. */
const PROPERTY_MAX_CHARS = 32 * 1024;

/**
 * Text that may be longer than a property holds goes over into `<name>1`, `<name>2`, …; `<name>Parts` says how many count. A text of one part needs
 * no such count, unless it may be merged over a longer one, of which nothing is to be read any more.
 */
function splitText(name: string, text: string, isMerged: boolean): Record<string, Cell> {
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

/** A part doesn't end between the two halves of a character beyond the basic plane: each half alone isn't valid UTF-8. */
function endOfPart(text: string, start: number): number {
  const end = start + PROPERTY_MAX_CHARS;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/** The inverse of {@link splitText}: the row's cells with the parts of these columns put together. */
function joinTexts(cells: Row['cells'], names: readonly string[]): Record<string, Cell | undefined> {
  const joined: Record<string, Cell | undefined> = { ...cells };
  for (const name of names) {
    const parts = cells[`${name}Parts`];
    if (typeof parts !== 'number' || parts < 2) continue;
    joined[name] = Array.from({ length: parts }, (_, part) => cells[partName(name, part)] ?? '').join('');
  }
  return joined;
}

function partName(name: string, part: number): string {
  return part === 0 ? name : `${name}${part}`;
}

/**
 * Encodes a value to cells; what is undefined gets no cell.
 * @param long the columns whose text may be longer than a property holds
 * @param isMerged whether the cells are merged into a row that stands
 */
export function encodeCells<Schema extends z.ZodType>(
  schema: Schema,
  value: z.output<Schema>,
  long: readonly string[] = [],
  isMerged = false,
): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [name, cell] of Object.entries(z.record(z.string(), z.unknown()).parse(z.encode(schema, value)))) {
    if (cell === undefined) continue;
    if (typeof cell === 'string' && long.includes(name)) Object.assign(cells, splitText(name, cell, isMerged));
    else if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') cells[name] = cell;
    else throw new TypeError(`the column ${name} can't hold ${typeof cell}`);
  }
  return cells;
}

/**
 * Decodes and validates a row.
 * @throws UnreadableRowError that names the row and the column
 */
export function decodeCells<Schema extends z.ZodType>(
  schema: Schema,
  table: string,
  row: Row,
  long: readonly string[] = [],
): z.output<Schema> {
  const decoded = schema.safeParse(joinTexts(row.cells, long));
  if (decoded.success) return decoded.data;
  const faults = decoded.error.issues.map(({ path, message }) => `column ${path.join('.') || '(any)'}: ${message}`);
  throw new UnreadableRowError(`${table}/${row.partitionKey}/${row.rowKey}: ${faults.join('; ')}`, {
    cause: decoded.error,
  });
}
