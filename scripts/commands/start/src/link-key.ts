import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A shorter key was not written completely. */
const LEAST_CHARACTERS = 32;

/**
 * The key that signs the links of mails. It is kept in the data folder, so that links in mails of an earlier
 * start still work. Only this user can read it.
 * @param folder undefined: a new key that is not kept
 */
export function linkKeyIn(folder: string | undefined): string {
  if (folder === undefined) return newKey();
  const file = join(folder, 'link-key');
  const known = readKnown(file);
  if (known !== undefined) return known;
  const key = newKey();
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

function newKey(): string {
  return randomBytes(32).toString('base64url');
}

function readKnown(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text.length < LEAST_CHARACTERS ? undefined : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
