import type { Row } from '@tally/run-store';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { decodeToken, encodeToken } from './page-token.ts';

export interface RowPage {
  readonly rows: readonly Row[];
  /** The token for the next page; null: this was the last. */
  readonly token: string | null;
}

/** The key of the previous row. */
const placeSchema = z.strictObject({ row: z.string().max(1_024) });

/**
 * A page of the rows in a run's own partition, as they stand. It is for a person who wants to see what
 * everything else is based on.
 * @throws InvalidTokenError
 */
export async function listRows(
  { store }: StepContext,
  runId: string,
  { top, token }: { readonly top: number; readonly token: string | null },
): Promise<RowPage> {
  const after = token === null ? undefined : decodeToken(placeSchema, token).row;
  const rows: Row[] = [];
  for await (const row of store.listRows(runId, { after, limit: top + 1 })) rows.push(row);
  const page = rows.slice(0, top);
  const last = page.at(-1);
  return { rows: page, token: rows.length > top && last !== undefined ? encodeToken({ row: last.rowKey }) : null };
}
