import type { Readable } from 'node:stream';

/**
 * Hands on each line of a stream, the last one too if it has no end. Only `\n` ends one: a `\r` or U+2028 in foreign words would let them begin a line of
 * their own.
 */
export async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  // Pieces of one line: a long one comes in many.
  let begun: string[] = [];
  for await (const chunk of stream.setEncoding('utf8')) {
    const [first = '', ...more] = String(chunk).split('\n');
    begun.push(first);
    for (const next of more) {
      onLine(begun.join(''));
      begun = [next];
    }
  }
  const last = begun.join('');
  if (last !== '') onLine(last);
}
