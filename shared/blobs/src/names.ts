import { keyText } from '@tally/contracts';
import { BlobNameError } from './errors.ts';
import type { BlobAddress } from './port.ts';

/** The service's limits. */
const MAX_NAME_CHARS = 1_024;
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The name of a file that a handler names itself. */
const FILE = /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?$/;

/**
 * Whether a text can name a blob, and only this blob. Libraries and proxies shorten `.` and `..` in a path,
 * and the service drops a dot or a slash at its end.
 */
export function isBlobName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_NAME_CHARS || /[\\\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return false;
  return name.isWellFormed() && name.split('/').every((segment) => segment !== '' && !segment.endsWith('.'));
}

/** @throws BlobNameError */
export function checkAddress({ container, name }: BlobAddress): void {
  checkContainer(container);
  if (!isBlobName(name)) throw new BlobNameError(`${JSON.stringify(name.slice(0, MAX_NAME_CHARS))} can't name a blob`);
}

/** @throws BlobNameError */
export function checkContainer(container: string): void {
  if (!CONTAINER.test(container)) throw new BlobNameError(`${JSON.stringify(container)} can't name a container`);
}

/** @throws BlobNameError */
export function checkFile(file: string): void {
  if (!FILE.test(file)) {
    throw new BlobNameError(
      `${JSON.stringify(file)} can't name a file of a node: 1 to 80 of a-z, 0-9, ".", "_" and "-", the first and the last of a-z and 0-9`,
    );
  }
}

/**
 * Any text as one segment of a blob's name. Different texts become different segments, and none leads out of
 * its folder.
 */
export function segmentOf(text: string): string {
  return keyText(text).replace(/\.+$/, (dots) => '~2e'.repeat(dots.length));
}

/** A piece of work: its run, and what tells it from other work of the run. */
export interface WorkPlace {
  readonly run: string;
  readonly generation: string;
  readonly node: string;
  /** The node's round. */
  readonly since: number;
  /** The item of a map. Absent for a task. */
  readonly item?: number | undefined;
}

/** The folder for all files of one generation of a run. */
export function runFolder({ run, generation }: Pick<WorkPlace, 'run' | 'generation'>): string {
  return `${segmentOf(run)}/${segmentOf(generation)}`;
}

/**
 * The folder of a piece of work. It is the same for every delivery and try, so that each of them writes the
 * same blobs.
 */
export function workFolder({ node, since, item, ...run }: WorkPlace): string {
  const place = `${runFolder(run)}/${segmentOf(node)}.${since}`;
  return item === undefined ? place : `${place}/${item}`;
}
