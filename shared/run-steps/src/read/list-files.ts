import { type BlobRef, blobRefSchema } from '@tally/chain';
import { outputOf } from '@tally/run-state';
import { z } from 'zod';
import type { StepContext } from '../context/context.ts';
import { decodeToken, encodeToken, InvalidTokenError } from './page-token.ts';

/** A file that a node of a run has made. */
export interface MadeFile extends BlobRef {
  readonly node: string;
  /** Names the file in a URL. */
  readonly fileId: string;
}

/** How deep in a result a file is looked for: deeper nobody puts one. */
const DEPTH_MAX = 6;
/** Files that are told of at most: a result may name thousands. */
const FILES_MAX = 200;
const fileIdSchema = z.tuple([z.string(), z.string()]);

/**
 * The files that the nodes of a run have made, as their results name them, each once; what lies elsewhere than where this run puts files is none of them,
 * whatever a result says. One query. Results of a map's items are not looked through.
 * @returns null where there is no such run
 */
export async function listFiles({ store, files }: StepContext, runId: string): Promise<readonly MadeFile[] | null> {
  const whole = await store.readWhole(runId);
  if (whole === null) return null;
  const { run, records } = whole;
  const found = new Map<string, MadeFile>();
  for (const [node, state] of Object.entries(run.nodes)) {
    for (const ref of refsIn(outputOf(records, node, state), DEPTH_MAX)) {
      const fileId = encodeToken([ref.container, ref.name]);
      if (files.isOwn(run, ref) && !found.has(fileId)) found.set(fileId, { ...ref, node, fileId });
    }
  }
  return [...found.values()].slice(0, FILES_MAX);
}

/**
 * A link to one of the files that {@link listFiles} tells of.
 * @returns null where the run has none of this id, or it is gone
 */
export async function linkFile(
  context: StepContext,
  runId: string,
  fileId: string,
  validMs: number,
): Promise<string | null> {
  if (!isFileId(fileId)) return null;
  const made = await listFiles(context, runId);
  const file = made?.find((one) => one.fileId === fileId);
  return file === undefined ? null : await context.files.link(file, validMs);
}

function isFileId(text: string): boolean {
  try {
    decodeToken(fileIdSchema, text);
    return true;
  } catch (error) {
    if (error instanceof InvalidTokenError) return false;
    throw error;
  }
}

function refsIn(value: unknown, depth: number): BlobRef[] {
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  const ref = blobRefSchema.safeParse(value);
  if (ref.success) return [ref.data];
  return Object.values(value).flatMap((inner: unknown) => refsIn(inner, depth - 1));
}
