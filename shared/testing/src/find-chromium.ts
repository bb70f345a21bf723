import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names that Chromium may have in a path. */
export const CHROMIUM_NAMES: readonly string[] = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** How to start the system's Chromium, or undefined if there is none. */
export function findChromium(): { readonly executablePath: string; readonly args: string[] } | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const files = CHROMIUM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = files.find((file) => existsSync(file));
  if (executablePath === undefined) return undefined;
  // For root, in a container, there is no sandbox.
  return { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] };
}
