import type { Readable } from 'node:stream';

/**
 * Passes on each line of a stream, including a last line without a line end. Only `\n` ends a line: a `\r` or
 * U+2028 in foreign text must not start a line.
 */
export async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  // The pieces of one line: a long line comes in many chunks.
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
