/** A message's text is longer than a queue accepts. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError';
  readonly bytes: number;

  constructor(queue: string, bytes: number, limit: number) {
    super(`a message for the queue ${queue} has ${bytes} bytes of UTF-8; a queue takes ${limit}`);
    this.bytes = bytes;
  }
}

/** A message's text has a character that the queue service's XML can't hold. */
export class MessageTextError extends Error {
  override readonly name = 'MessageTextError';

  constructor(queue: string) {
    super(`a message for the queue ${queue} has a character that no XML document can hold, such as U+0000 or U+FFFE`);
  }
}
