/**
 * Something outside the code is wrong, and whoever typed the command can mend it: the message says what is wrong and how to mend it.
 * A command prints it as it is, without a stack.
 */
export class StartError extends Error {
  override name = 'StartError';
}

/** The command line or the environment says something that can't be meant. Nothing was started. */
export class UsageError extends Error {
  override name = 'UsageError';
}
