import { type BlobRef, blobRefSchema } from '@tally/chain';
import { outputOf } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { encodeToken } from './page-token.ts';

/** A file that a node of a run has made. */
export interface MadeFile extends BlobRef {
  readonly node: string;
  /** Names the file in a URL. */
  readonly fileId: string;
}

/** How deep in a result files are looked for. No handler puts one deeper. */
const DEPTH_MAX = 6;
/** Files that are listed at most, because a result may name thousands. */
const FILES_MAX = 200;

/**
 * The files that the nodes of a run have made, as their results name them, each once. A file outside the
 * places of this run is left out, whatever a result says. It takes one query. Results of a map's items are
 * not searched.
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
 * A link to one of the files that {@link listFiles} lists.
 * @returns null where the run has no file of this id, or the file is gone
 */
export async function linkFile(
  context: StepContext,
  runId: string,
  fileId: string,
  validMs: number,
): Promise<string | null> {
  const made = await listFiles(context, runId);
  const file = made?.find((one) => one.fileId === fileId);
  return file === undefined ? null : await context.files.link(file, validMs);
}

function refsIn(value: unknown, depth: number): BlobRef[] {
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  const ref = blobRefSchema.safeParse(value);
  if (ref.success) return [ref.data];
  return Object.values(value).flatMap((inner: unknown) => refsIn(inner, depth - 1));
}
