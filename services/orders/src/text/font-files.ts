import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Noto Sans has one file per script. Only scripts that are drawn letter by letter are used. Others (such as
 * Devanagari) join their letters by rules that the PDF library doesn't follow.
 */
export const SCRIPTS = ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const;
export type Script = (typeof SCRIPTS)[number];

/** As in style sheets: regular, bold. */
export const WEIGHTS = [400, 700] as const;
export type Weight = (typeof WEIGHTS)[number];

export function fontFileName(script: Script, weight: Weight): string {
  return `noto-sans-${script}-${weight}-normal.woff`;
}

/**
 * The path of a font: in its package when run from the source, in a built service where `build.config.ts`
 * puts it.
 */
export function fontFile(script: Script, weight: Weight): string {
  const name = fontFileName(script, weight);
  if (!import.meta.url.endsWith('.ts')) return fileURLToPath(new URL(`../fonts/${name}`, import.meta.url));
  return createRequire(import.meta.url).resolve(`@fontsource/noto-sans/files/${name}`);
}
