import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { EICAR, holdsEicar } from './eicar.ts';

async function* stream(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test('the signature is the one that scanners know', () => {
  expect(EICAR.length).toBe(68);
  expect(createHash('md5').update(EICAR).digest('hex')).toBe('44d88612fea8a8f36de82e1278abb02f');
});

test('it is found at the beginning, in the middle, and across chunks of any size', async () => {
  expect(await holdsEicar(stream(EICAR))).toBe(true);
  expect(await holdsEicar(stream('before', Buffer.concat([Buffer.alloc(1_000), EICAR, Buffer.alloc(10)])))).toBe(true);
  for (let cut = 1; cut < EICAR.length; cut += 1) {
    expect(await holdsEicar(stream('x', EICAR.subarray(0, cut), EICAR.subarray(cut), 'y'))).toBe(true);
  }
  expect(await holdsEicar(stream(...Array.from(EICAR, (byte) => Uint8Array.of(byte))))).toBe(true);
});

test('a similar text is not reported', async () => {
  expect(await holdsEicar(stream())).toBe(false);
  expect(await holdsEicar(stream(EICAR.subarray(0, 67), 'x', EICAR.subarray(1)))).toBe(false);
});
