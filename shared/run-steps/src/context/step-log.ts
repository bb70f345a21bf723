/** Writes lines to the log: what happened, and to which run. Never a secret, never an item's query string. */
export interface StepLog {
  info(message: string, about?: Readonly<Record<string, unknown>>): void;
  warn(message: string, about?: Readonly<Record<string, unknown>>): void;
}
