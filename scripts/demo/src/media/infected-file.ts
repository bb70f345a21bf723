/**
 * A file that holds nothing but the test signature that every virus scanner knows (EICAR), harmless by itself. Put together when it is needed: scanners of
 * people's machines remove files that hold it.
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
