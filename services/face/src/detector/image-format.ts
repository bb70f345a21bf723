/**
 * The supported formats. Everything else, including SVG, TIFF and HTML, is refused before any decoder sees
 * it.
 */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'bmp' | 'webp' | 'avif';

/** As text, for people and for the `Accept` header of a download. */
export const readableFormats = 'JPEG, PNG, GIF, BMP, WebP, AVIF';
export const acceptedTypes = 'image/jpeg, image/png, image/gif, image/bmp, image/webp, image/avif';

/** How a file begins: bytes as Latin-1 with `?` for any byte, or a pattern for text. */
interface Signature<Name> {
  readonly name: Name;
  readonly start: string | RegExp;
}

const readable: readonly Signature<ImageFormat>[] = [
  { name: 'jpeg', start: '\xff\xd8\xff' },
  { name: 'png', start: '\x89PNG\r\n\x1a\n' },
  { name: 'gif', start: 'GIF87a' },
  { name: 'gif', start: 'GIF89a' },
  { name: 'webp', start: 'RIFF????WEBP' },
  { name: 'bmp', start: 'BM' },
];

/** Formats that people call images, and what servers return in place of an image. */
const others: readonly Signature<string>[] = [
  { name: 'TIFF', start: 'II*\0' },
  { name: 'TIFF', start: 'MM\0*' },
  { name: 'JPEG XL', start: '\xff\x0a' },
  { name: 'JPEG XL', start: '\0\0\0\x0cJXL ' },
  { name: 'JPEG 2000', start: '\0\0\0\x0cjP  ' },
  { name: 'a Photoshop file', start: '8BPS' },
  { name: 'an icon', start: '\0\0\x01\0' },
  { name: 'PDF', start: '%PDF' },
  { name: 'SVG', start: /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg/i },
  { name: 'HTML or XML', start: /^\s*<[!?a-z]/i },
  { name: 'JSON', start: /^\s*[{[]\s*["{[\]}]/ },
];

/** Detects the format from the first bytes of the file. Names and content types are only claims. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const brands = brandsOf(bytes);
  if (brands !== undefined) return brands.some((brand) => /^avi[fs]$/.test(brand)) ? 'avif' : undefined;
  return nameOf(bytes, readable);
}

/** Names the apparent format of an unsupported file; undefined if it isn't known. */
export function strangeFormatOf(bytes: Uint8Array): string | undefined {
  const brands = brandsOf(bytes);
  if (brands === undefined) return nameOf(bytes, others);
  return brands.some((brand) => /^(he[ivm][cxsm]|mif1|msf1)$/.test(brand)) ? 'HEIC' : 'a film';
}

function nameOf<Name>(bytes: Uint8Array, signatures: readonly Signature<Name>[]): Name | undefined {
  // Without the byte order mark that some editors put before a text.
  const text = latin1(bytes, 0, 256).replace(/^\xef\xbb\xbf/, '');
  return signatures.find(({ start }) => (typeof start === 'string' ? startsWith(text, start) : start.test(text)))?.name;
}

function startsWith(text: string, start: string): boolean {
  return Array.from(start, (byte, index) => byte === '?' || byte === text[index]).every(Boolean);
}

/**
 * The brands of a file in MPEG's container, which holds AVIF, HEIC and films; undefined for every other file.
 */
function brandsOf(bytes: Uint8Array): string[] | undefined {
  if (latin1(bytes, 4, 8) !== 'ftyp') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A box with a dozen brands is already a long one.
  const end = Math.min(view.getUint32(0), 256, bytes.byteLength);
  const brands = [latin1(bytes, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4));
  return brands;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}
