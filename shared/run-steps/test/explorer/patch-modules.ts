import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A rule that is taken out of the source text. */
export interface Patch {
  /** Relative to `shared/`. */
  readonly file: string;
  /** A text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const SHARED = new URL('../../../', import.meta.url).href;
/**
 * Modules of the product, and the explorer's adapter to it: each mutant has its own copies. All other modules
 * are loaded once.
 */
const OWN = /^[^/]+\/src\/|^run-steps\/test\/explorer\/engine\//;

/**
 * The source without the rules that the patches take out of this file.
 * @throws Error where a rule isn't found where it should be
 */
export function patched(source: string, file: string, patches: readonly Patch[]): string {
  let text = source;
  for (const { find, replace } of patches.filter((patch) => patch.file === file)) {
    const parts = text.split(find);
    if (parts.length !== 2) throw new Error(`${file} holds this ${parts.length - 1} times, not once: ${find}`);
    text = parts.join(replace);
  }
  return text;
}

/**
 * Lets the product be loaded with a rule taken out, beside the sound one and all other mutants. A module that
 * is imported with `?mutant=name` is a separate module, and so is everything of the product that it imports.
 */
export function patchModules(patchesOf: (mutant: string) => readonly Patch[]): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      const mutant = mutantOf(resolved.url) ?? mutantOf(context.parentURL ?? '');
      if (mutant === null || !isOwn(resolved.url)) return resolved;
      return { ...resolved, url: `${withoutQuery(resolved.url)}?mutant=${encodeURIComponent(mutant)}` };
    },
    load: (url, context, next) => {
      const mutant = mutantOf(url);
      if (mutant === null) return next(url, context);
      const plain = withoutQuery(url);
      const source = patched(readFileSync(fileURLToPath(plain), 'utf8'), plain.slice(SHARED.length), patchesOf(mutant));
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

function isOwn(url: string): boolean {
  return url.startsWith(SHARED) && OWN.test(url.slice(SHARED.length));
}

function mutantOf(url: string): string | null {
  return url.startsWith(SHARED) ? new URL(url).searchParams.get('mutant') : null;
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
