import path from 'node:path';
import { buildService } from '@tally/build';

/**
 * Builds the app that stands in the place of orders and media.
 * @returns the folder
 */
export async function buildWorks(outDir: string): Promise<string> {
  await buildService(path.resolve(import.meta.dirname, '../../works'), outDir);
  return outDir;
}
