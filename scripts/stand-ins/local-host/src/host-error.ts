/**
 * Something outside the code is wrong, and the person who started the host can fix it. The message says what
 * is wrong and how to fix it. The host prints the message unchanged, without a stack, and ends with exit code
 * 1.
 */
export class HostError extends Error {
  override name = 'HostError';
}
