/**
 * Something outside the code is wrong, and whoever started the host can mend it: the message says what is wrong and how to
 * mend it. The host prints it as it is, without a stack, and ends with exit code 1.
 */
export class HostError extends Error {
  override name = 'HostError';
}
