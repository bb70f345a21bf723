import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from './lines.ts';

test('only a line feed ends a line, wherever the stream is split', async () => {
  const bytes = Buffer.from('one\rstill one\u2028é\u0085\n\ntwo\u2029\r\nthree');
  for (const size of [1, 2, 5, bytes.length]) {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const lines: string[] = [];
    await readLines(Readable.from(parts, { objectMode: false }), (line) => lines.push(line));
    expect(lines).toEqual(['one\rstill one\u2028é\u0085', '', 'two\u2029\r', 'three']);
  }
});
