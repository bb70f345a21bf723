import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names that Chromium has in a path. */
export const CHROMIUM_NAMES: readonly string[] = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** How the system's Chromium is started; undefined: there is none. */
export function findChromium(): { readonly executablePath: string; readonly args: string[] } | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const files = CHROMIUM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = files.find((file) => existsSync(file));
  if (executablePath === undefined) return undefined;
  // Whoever runs it as root, in a container, has no sandbox there.
  return { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] };
}
