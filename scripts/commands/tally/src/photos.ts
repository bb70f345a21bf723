import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { StartError, servePhotos, UsageError } from '@tally/start';
import { isPattern, matchingFiles, statOf } from './file-patterns.ts';
import type { TargetSystem } from './target-system.ts';

/** A photo as the user has named it: an address, or a file of this machine. */
export type Photo =
  | { readonly kind: 'url'; readonly name: string; readonly url: string }
  | { readonly kind: 'file'; readonly name: string; readonly file: string };

/** The formats that the face service reads, by their usual endings. */
const photoEnding = /\.(jpe?g|png|gif|bmp)$/i;

/**
 * The photos that the arguments name. An argument is a URL, a file, a folder, or a pattern of files that no
 * shell has expanded (`'*.jpg'`, and any pattern on Windows). Of a folder only the photos directly inside are
 * taken.
 * @param folder base of relative paths
 * @throws UsageError that names every argument that is none of these
 */
export function parsePhotos(args: readonly string[], folder: string): Photo[] {
  const wrong: string[] = [];
  const photos = args.flatMap((argument): Photo[] => {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(argument)) return [{ kind: 'url', name: argument, url: argument }];
    const path = resolve(folder, argument);
    const stats = statOf(path);
    if (stats?.isFile() === true) return [filePhoto(path)];
    if (stats?.isDirectory() === true) {
      const inside = readdirSync(path)
        .filter((name) => photoEnding.test(name))
        .sort();
      if (inside.length > 0) return inside.map((name) => filePhoto(join(path, name)));
      wrong.push(`${argument}: a folder without JPEG, PNG, GIF or BMP files`);
    } else if (isPattern(argument)) {
      const files = matchingFiles(argument, folder);
      if (files.length > 0) return files.map(filePhoto);
      wrong.push(`${argument}: no file matches`);
    } else {
      wrong.push(`${argument}: neither a URL nor a file`);
    }
    return [];
  });
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
  return photos;
}

export function filePhoto(file: string): Photo {
  return { kind: 'file', name: basename(file), file };
}

/** Photos that a system can fetch until `close`, in their order. */
export interface FetchablePhotos {
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/**
 * Gives every photo an address. Files are served on this machine until `close`, under unguessable paths.
 * @throws StartError when there are files and the system can't fetch them
 */
export async function makeFetchable(photos: readonly Photo[], system: TargetSystem): Promise<FetchablePhotos> {
  const files = photos.flatMap((photo) => (photo.kind === 'file' ? [photo.file] : []));
  if (files.length === 0) return { urls: photos.map(addressOf), close: async () => undefined };
  if (system.photoPorts.length === 0) {
    throw new StartError(
      `The system at ${system.baseUrl} can't read files of this machine: that works with the face service of an \`npm start\` ` +
        'in this folder. Give http or https URLs instead.',
    );
  }
  const server = await servePhotos({ files, ports: system.photoPorts });
  const served = server.urls.values();
  return {
    urls: photos.map((photo) => (photo.kind === 'url' ? photo.url : (served.next().value ?? ''))),
    close: server.close,
  };
}

function addressOf(photo: Photo): string {
  return photo.kind === 'url' ? photo.url : '';
}
