/** The message to a worker thread: one command. */
export interface WorkerJob {
  /** The compiled ffmpeg. */
  readonly module: object;
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly args: readonly string[];
  readonly outputs: readonly string[];
  readonly outputBytes: number;
}

/** The thread's answer before it ends. */
export type WorkerReply = { readonly lines: readonly string[] } & (
  | { readonly kind: 'done'; readonly outputs: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'failed'; readonly code: number }
  | { readonly kind: 'tooLarge' | 'missing'; readonly output: string }
  | { readonly kind: 'crashed'; readonly message: string }
);
