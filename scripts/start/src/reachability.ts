/** How long a service that somebody else runs may take for its first answer. */
export const ANSWER_MS = 10_000;

/** Why a fetch has failed, in a few words: the network's error code hides in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
