import { RestError } from '@azure/storage-queue';

/**
 * No answer came: the connection was refused or reset, the name is unknown, or the service was silent for too
 * long.
 */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof RestError) return error.statusCode === undefined;
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** The service answered that it can't process requests at the moment (5xx). */
export function isBusy(error: unknown): boolean {
  return error instanceof RestError && (error.statusCode ?? 0) >= 500;
}

/** rule 4: these answers to a poll count as an empty poll. */
export function isEmptyPoll(error: unknown): boolean {
  return isBusy(error) || isQueueMissing(error);
}

/** The queue doesn't exist, or is being deleted. */
export function isQueueMissing(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  return error.statusCode === 404 || (error.statusCode === 409 && error.code === 'QueueBeingDeleted');
}

/**
 * rules 8 and 9: this listener no longer holds the message. It was deleted, changed by the function itself,
 * or received by another listener after its lease.
 */
export function isMessageGone(error: unknown): boolean {
  if (isQueueMissing(error)) return true;
  return error instanceof RestError && error.statusCode === 400 && error.code === 'PopReceiptMismatch';
}

/**
 * Explains a storage error to the person who started the host, and how to fix it.
 * @param setting name of the environment variable that holds the connection string
 * @param url of the account's queue service
 */
export function explainStorageError(error: unknown, setting: string, url: string): string {
  if (isUnreachable(error)) {
    return (
      `The storage at ${url} (setting ${setting}) can't be reached: ${reason(error)}. ` +
      'Start it (for the local one: npm start, which runs Azurite) or correct the setting.'
    );
  }
  if (error instanceof RestError && (error.statusCode === 403 || error.statusCode === 401)) {
    return (
      `The storage at ${url} refuses the connection string in ${setting} (${error.statusCode} ${error.code ?? ''}). ` +
      'Check its AccountName and AccountKey; a clock that is more than 15 minutes off is refused in the same way.'
    );
  }
  return `The storage at ${url} (setting ${setting}) answered with an error that the host can't handle: ${reason(error)}`;
}

function reason(error: unknown): string {
  if (error instanceof RestError)
    return [error.statusCode, error.code, error.message.split('\n')[0]].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}
