/**
 * Something outside the code is wrong, and the user who typed the command can fix it. The message says what
 * is wrong and how to fix it. A command prints the message without a stack.
 */
export class StartError extends Error {
  override name = 'StartError';
}

/** The command line or the environment holds an invalid value. Nothing was started. */
export class UsageError extends Error {
  override name = 'UsageError';
}
