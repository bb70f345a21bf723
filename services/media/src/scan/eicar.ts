/**
 * The test signature that every virus scanner knows (EICAR), harmless by itself. It is assembled only here,
 * because virus scanners on people's machines remove files that contain it.
 */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4', 'PZX54(P^)7CC)7}$EI'].join('\\') +
    ['CAR-STAND', 'ARD-ANTI', 'VIRUS-TE', 'ST-FILE!$H', '+H*'].join(''),
);

/** Tells whether a stream contains the signature. The stream is read to its end or to the signature. */
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
