import type { ChainDefinition } from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { Parent, Run, RunOptions } from '@tally/run-state';

export interface StartRequest {
  readonly chain: ChainDefinition;
  readonly runId: string;
  /** Validated by the caller. */
  readonly input: Json;
  readonly options: RunOptions;
  /** What the caller sent, for the status; complete where it is small. */
  readonly shownInput: Json;
  readonly traceparent?: string | undefined;
  readonly parent?: Parent | undefined;
}

export type StartResult =
  | { readonly kind: 'started'; readonly run: Run }
  /** A run of this id is live. */
  | { readonly kind: 'exists'; readonly run: Run };
