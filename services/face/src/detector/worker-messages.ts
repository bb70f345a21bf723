import * as z from 'zod';
import type { Detection } from './detection.ts';

/** The data that a worker is started with. */
export const workerStartSchema = z.object({
  modelFolder: z.string(),
  wasmFolder: z.string(),
  confidence: z.number(),
  temperature: z.number(),
});

export type WorkerStart = Readonly<z.infer<typeof workerStartSchema>>;

/** One image to look at. A worker has at most one at a time. */
export interface WorkerJob {
  readonly image: Uint8Array;
  readonly withExpression: boolean;
}

/**
 * What a worker says. It first reports once that its models are loaded, then sends an answer per job. Last,
 * if it still can, it says why it ends.
 *
 * Any error in a worker ends it, and the pool answers in its place: an unexpected error may have left the
 * model's memory in any state.
 */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'detected'; readonly detection: Detection }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
