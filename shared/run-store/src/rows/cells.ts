import { jsonDepth } from '@tally/contracts';
import * as z from 'zod';
import { type RowPlace, UnreadableRowError } from '../tables/row-errors.ts';
import type { Cell, Row } from '../tables/tables.ts';
import { BOUNDS, FIRST_INSTANT, LAST_AWAITED, LAST_INSTANT } from './bounds.ts';
import { joinTexts, splitText } from './long-texts.ts';

/** A column that holds an instant: ISO text in the row, milliseconds since 1970 in the program. */
export const isoTime = isoTimeTo(LAST_INSTANT);

/** The same for what a chain waits for, which no clock of Tally's has to reach. */
export const awaitedTime = isoTimeTo(LAST_AWAITED);

function isoTimeTo(last: number) {
  return z.codec(z.iso.datetime(), z.number().int().min(FIRST_INSTANT).max(last), {
    decode: (text) => Date.parse(text),
    encode: (at) => new Date(at).toISOString(),
  });
}

/** A column that holds JSON text. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return json.pipe(schema);
}

/**
 * A column that holds a JSON list of at most `most` entries. The number is checked apart from the entries, and before
 * them: through those of a list with a bound of its own, zod would go twice where it encodes.
 */
export function jsonList<Entry extends z.ZodType>(entry: Entry, most: number) {
  const short = z.unknown().refine((value) => !Array.isArray(value) || value.length <= most, {
    error: `must have at most ${most} entries`,
    abort: true,
  });
  return jsonText(short.pipe(z.array(entry).readonly()));
}

const shallow = z.string().refine((text) => jsonDepth(text) <= BOUNDS.jsonDepth, {
  error: `lists and objects are nested more than ${BOUNDS.jsonDepth} deep`,
  abort: true,
});

const json = z.codec(shallow, z.unknown(), {
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

/**
 * The version of the rows that this Tally writes and reads, in each row's column `v`; rows of the first
 * version have no such column. A change of what a row means must raise it. A Tally of another version then
 * leaves those rows alone instead of treating them as broken.
 */
const ROW_VERSION = 2;
const VERSION_COLUMN = 'v';

/** What a row's schema encodes to. Made once: to make it takes ten times as long as to encode. */
const columns = z.record(z.string(), z.unknown());

/**
 * Encodes a value to cells, with the version of the rows; what is undefined gets no cell.
 * @param long the columns whose text may be longer than a property holds
 * @param isMerged whether the cells are merged into a row that stands
 */
export function encodeCells<Schema extends z.ZodType>(
  schema: Schema,
  value: z.output<Schema>,
  long: readonly string[] = [],
  isMerged = false,
): Record<string, Cell> {
  const cells: Record<string, Cell> = { [VERSION_COLUMN]: ROW_VERSION };
  for (const [name, cell] of Object.entries(columns.parse(z.encode(schema, value)))) {
    if (cell === undefined) continue;
    if (typeof cell === 'string' && long.includes(name)) Object.assign(cells, splitText(name, cell, isMerged));
    else if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') cells[name] = cell;
    else throw new TypeError(`the column ${name} cannot hold ${typeof cell}`);
  }
  return cells;
}

/** A few faults say enough; a chunk's row may have one per item. */
const FAULTS_TOLD = 3;

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
  const place = placeOf(table, row);
  const { [VERSION_COLUMN]: version = 1 } = row.cells;
  if (version !== ROW_VERSION) {
    const reason = `${version}: another version of Tally has written the row; this one reads ${ROW_VERSION}`;
    throw new UnreadableRowError(place, VERSION_COLUMN, reason, { isOfAnotherVersion: true });
  }
  const decoded = schema.safeParse(joinTexts(place, row.cells, long));
  if (decoded.success) return decoded.data;
  const { issues } = decoded.error;
  const faults = issues.slice(0, FAULTS_TOLD).map(({ path, message }, number) => {
    const [, ...inside] = path;
    return number === 0 ? [...inside, message].join(' ') : `column ${path.join('.')}: ${message}`;
  });
  throw new UnreadableRowError(place, String(issues[0]?.path[0] ?? '') || null, faults.join('; '));
}

/**
 * One column alone, for rows that can't be read completely; undefined where it isn't there or doesn't fit.
 */
export function columnOf<Schema extends z.ZodType>(
  row: Row,
  name: string,
  schema: Schema,
  long: readonly string[] = [],
): z.output<Schema> | undefined {
  try {
    const { [name]: cell } = joinTexts(placeOf('', row), row.cells, long.includes(name) ? [name] : []);
    return schema.safeParse(cell).data;
  } catch (error) {
    if (error instanceof UnreadableRowError) return undefined;
    throw error;
  }
}

export function placeOf(table: string, { partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>): RowPlace {
  return { table, partitionKey, rowKey };
}
