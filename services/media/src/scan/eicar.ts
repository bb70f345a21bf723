/**
 * The test signature that every virus scanner knows (EICAR), harmless by itself. Put together here only, since the scanners of people's machines remove files
 * that hold it.
 */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4', 'PZX54(P^)7CC)7}$EI'].join('\\') +
    ['CAR-STAND', 'ARD-ANTI', 'VIRUS-TE', 'ST-FILE!$H', '+H*'].join(''),
);

/** Whether the signature stands anywhere in a stream, which is read to its end or to the signature. */
export async function holdsEicar(body: AsyncIterable<Uint8Array>): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    // It may lie across two chunks.
    const seen = Buffer.concat([tail, chunk]);
    if (seen.includes(EICAR)) return true;
    tail = seen.subarray(Math.max(0, seen.length - EICAR.length + 1));
  }
  return false;
}
