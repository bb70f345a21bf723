import { z } from 'zod';
import type { Detection } from './detection.ts';

/** What a worker is started with. */
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
 * What a worker says: once that its models are loaded, then an answer a job; last, if it still can, why it ends. Whatever goes wrong in
 * it ends it, and the pool answers for it: an unexpected error may have left the model's memory in any state.
 */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'detected'; readonly detection: Detection }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
