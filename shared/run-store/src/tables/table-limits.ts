import type { Cell, Row, RowWrite } from './tables.ts';

/**
 * The limits of Azure's table service. The memory implementation keeps them too, so that no test passes that
 * fails there.
 */
export const TRANSACTION_MAX_ROWS = 100;
const TRANSACTION_MAX_BYTES = 4 * 1024 * 1024;
/** What a transaction is filled to: a mebibyte below that, since sizes are estimated. */
export const COMMIT_MAX_BYTES = 3 * 1024 * 1024;
const KEY_MAX_CHARS = 512;
const PROPERTY_MAX_CHARS = 32 * 1024;
const ROW_MAX_BYTES = 1024 * 1024;
/** 255 properties, of which the keys and the time stamp are three. */
const ROW_MAX_CELLS = 252;
/**
 * Of one write in a transaction's body beside its row: boundary, request line with both keys, headers;
 * rounded up.
 */
const WRITE_OVERHEAD_BYTES = 1024;

/** About how many bytes a row takes in a transaction's body, from above. */
export function payloadBytes(row: Row): number {
  return asciiBytes(JSON.stringify(row.cells)) + WRITE_OVERHEAD_BYTES;
}

/** How long JSON text is in ASCII, where any other character takes six (`\u00e9`). */
export function asciiBytes(json: string): number {
  let bytes = json.length;
  for (let place = 0; place < json.length; place += 1) if (json.charCodeAt(place) > 0x7f) bytes += 5;
  return bytes;
}

/** @throws RangeError where Azure would answer 400 or 413 */
export function checkTransaction(writes: readonly RowWrite[]): void {
  if (writes.length === 0) throw new RangeError('a transaction needs at least one write');
  if (writes.length > TRANSACTION_MAX_ROWS) {
    throw new RangeError(`a transaction has at most ${TRANSACTION_MAX_ROWS} writes, not ${writes.length}`);
  }
  const partitions = new Set(writes.map((write) => keysOf(write).partitionKey));
  if (partitions.size > 1) throw new RangeError('a transaction writes to one partition');
  const rows = new Set(writes.map((write) => keysOf(write).rowKey));
  if (rows.size < writes.length) throw new RangeError('a transaction writes each row once');
  let bytes = 0;
  for (const write of writes) {
    checkKeys(keysOf(write));
    if (write.kind === 'delete') continue;
    checkRow(write.row);
    bytes += payloadBytes(write.row);
  }
  if (bytes >= TRANSACTION_MAX_BYTES)
    throw new RangeError(`a transaction stays below 4 MiB; this one has ${bytes} bytes`);
}

export function keysOf(write: RowWrite): Pick<Row, 'partitionKey' | 'rowKey'> {
  return write.kind === 'delete' ? write : write.row;
}

function checkKeys(keys: Pick<Row, 'partitionKey' | 'rowKey'>): void {
  for (const key of [keys.partitionKey, keys.rowKey]) {
    if (key.length > KEY_MAX_CHARS) throw new RangeError(`a key has at most ${KEY_MAX_CHARS} characters`);
    if (/[/\\#?\p{Cc}]/u.test(key)) throw new RangeError(`a key holds no / \\ # ? or control character: ${key}`);
  }
}

/** @throws RangeError */
export function checkRow(row: Row): void {
  const cells = Object.entries(row.cells);
  if (cells.length > ROW_MAX_CELLS) throw new RangeError(`a row has at most ${ROW_MAX_CELLS} cells`);
  let bytes = 4 + 2 * (row.partitionKey.length + row.rowKey.length);
  for (const [name, cell] of cells) {
    checkCell(name, cell);
    bytes += 8 + 2 * name.length + cellBytes(cell);
  }
  if (bytes > ROW_MAX_BYTES) throw new RangeError(`a row has at most 1 MiB; this one has ${bytes} bytes`);
}

function checkCell(name: string, cell: Cell): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) throw new RangeError(`not a valid property name: ${name}`);
  if (typeof cell === 'string' && cell.length > PROPERTY_MAX_CHARS) {
    throw new RangeError(`the property ${name} has ${cell.length} characters, more than ${PROPERTY_MAX_CHARS}`);
  }
  if (typeof cell === 'string' && !cell.isWellFormed())
    throw new RangeError(`the property ${name} holds half a surrogate pair`);
  if (typeof cell === 'number' && !Number.isFinite(cell)) throw new RangeError(`the property ${name} is ${cell}`);
}

/** By the service's own formula: UTF-16 text with its length, eight bytes per number. */
function cellBytes(cell: Cell): number {
  if (typeof cell === 'string') return 4 + 2 * cell.length;
  return typeof cell === 'number' ? 8 : 1;
}
