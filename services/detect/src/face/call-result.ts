import type { Faces } from '@tally/chains';
import type { ItemError } from '@tally/contracts';

/** The result of one call for one image. */
export type CallResult =
  | { readonly kind: 'succeeded'; readonly result: Faces }
  /** Another call would have the same result. */
  | { readonly kind: 'failed'; readonly error: ItemError }
  | {
      readonly kind: 'retry';
      readonly error: ItemError;
      /** Milliseconds to wait before the next call; 0 when none are asked for. */
      readonly retryAfterMs: number;
      /** What was overloaded. The whole process should call it less. */
      readonly overloaded: 'endpoint' | 'image-host' | 'none';
    };
