import type { Faces } from '@tally/chain';
import type { ItemError } from '@tally/contracts';

/** What one call for one image came to. */
export type CallResult =
  | { readonly kind: 'succeeded'; readonly result: Faces }
  /** Another call would come to the same. */
  | { readonly kind: 'failed'; readonly error: ItemError }
  | {
      readonly kind: 'retry';
      readonly error: ItemError;
      /** Milliseconds that must pass first; 0: none asked for. */
      readonly retryAfterMs: number;
      /** Who had too much to do, and should be asked less by the whole process. */
      readonly overloaded: 'endpoint' | 'image-host' | 'nobody';
    };
