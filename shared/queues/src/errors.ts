/** A message's text is longer than a queue takes. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError';
  readonly bytes: number;

  constructor(queue: string, bytes: number, limit: number) {
    super(`a message for the queue ${queue} has ${bytes} bytes of UTF-8; a queue takes ${limit}`);
    this.bytes = bytes;
  }
}
