// Whether node_modules matches package-lock.json, and which Node runs Tally. Plain JavaScript, like
// launch.mjs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const ownMajor = Number(process.versions.node.split('.')[0]);
/** The first Node that runs TypeScript files and that the pinned tools accept ("engines" of node_modules). */
export const sufficientMajor = 24;

/** The Node that runs Tally: the one from node_modules, else our own, if it is new enough. */
export function pinnedNode() {
  const file = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  return ownMajor >= sufficientMajor ? process.execPath : undefined;
}

/** @returns {string | undefined} why an install is needed */
export function missing() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  // npm writes this file at the end of each successful install. It lists the content of node_modules.
  const recorded = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new Error('package-lock.json is missing: this is no complete clone of Tally.');
  if (recorded === undefined) return 'nothing is installed yet';
  const difference = firstDifference(wanted, recorded, (file) => existsSync(join(root, file)));
  return difference ?? (pinnedNode() === undefined ? `Node ${sufficientMajor} is missing` : undefined);
}

/**
 * @typedef {{
 *   version?: string, link?: boolean, resolved?: string, optional?: boolean, os?: string[]
 * }} LockEntry
 * @param {Record<string, LockEntry>} wanted
 * @param {Record<string, LockEntry>} recorded
 * @param {(file: string) => boolean} exists
 * @returns {string | undefined} names the first package that is missing, of another version, linked to
 * another folder, or recorded and not on disk
 */
export function firstDifference(wanted, recorded, exists) {
  for (const [path, { version, link, resolved, optional, os }] of Object.entries(wanted)) {
    const [, name] = /.*node_modules\/(.+)/.exec(path) ?? [];
    // A workspace itself, or a link to one that is missing from this clone.
    if (name === undefined || (link && !exists(`${resolved}/package.json`))) continue;
    const found = recorded[path];
    // A package for another platform is not installed.
    if (found === undefined && (optional || os !== undefined)) continue;
    // A workspace that has moved leaves a link to its former folder.
    const isSame = found?.version === version && found?.link === link && (!link || found?.resolved === resolved);
    if (!isSame) return `${name} is not what package-lock.json says`;
    // npm's record outlives what it records: it stays when a folder is removed or an install is killed.
    if (!exists(`${path}/package.json`)) return `${name} is gone from node_modules`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} can't be read`, { cause: error });
  }
}
