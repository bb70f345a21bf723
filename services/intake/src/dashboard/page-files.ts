import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page, ready to send. */
export interface PageFile {
  readonly bytes: Uint8Array;
  readonly zipped: Uint8Array;
  readonly mediaType: string;
  readonly etag: string;
  /** Its name changes with its content, so a cached copy needs no revalidation. */
  readonly isHashed: boolean;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The names that Vite derives from content. */
const HASHED = /^assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * Reads all files of a built page by their paths below it, with slashes. Only files in this table are served:
 * no path of a caller ever reaches the disk.
 * @throws Error for a file whose media type isn't known here
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map((entry) => fileAt(folder, join(entry.parentPath, entry.name))));
}

function fileAt(folder: string, path: string): [string, PageFile] {
  const name = relative(folder, path).split(sep).join('/');
  const mediaType = MEDIA_TYPES[extname(name)];
  if (mediaType === undefined) throw new Error(`the page has a file of an unknown type: ${name}`);
  const bytes = readFileSync(path);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return [name, { bytes, zipped: gzipSync(bytes, { level: 9 }), mediaType, etag, isHashed: HASHED.test(name) }];
}
