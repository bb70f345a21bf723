/**
 * A file that holds only the test signature that every virus scanner knows (EICAR). It is harmless. It is put
 * together when it is needed, because virus scanners on people's machines remove files that hold the
 * signature.
 */
export function infectedFile(): { readonly name: string; readonly content: Uint8Array } {
  const signature = [
    ['X5O!P%@AP[4', 'PZX54(P^)7CC)7}$EI'].join('\\'),
    'CAR-STAND',
    'ARD-ANTI',
    'VIRUS-TE',
    'ST-FILE!$H',
    '+H*',
  ];
  return { name: 'infected.mp4', content: Buffer.from(signature.join('')) };
}
