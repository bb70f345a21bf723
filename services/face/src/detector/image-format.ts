/** The formats of the Face contract. Everything else, SVG, TIFF, AVIF and HTML among it, is refused unseen by any decoder. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'bmp';

const signatures: readonly { readonly format: ImageFormat; readonly start: string }[] = [
  { format: 'jpeg', start: '\xff\xd8\xff' },
  { format: 'png', start: '\x89PNG\r\n\x1a\n' },
  { format: 'gif', start: 'GIF87a' },
  { format: 'gif', start: 'GIF89a' },
  { format: 'bmp', start: 'BM' },
];

/** The format by the first bytes of the file; names and content types are only claims. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  return signatures.find((signature) => start.startsWith(signature.start))?.format;
}
