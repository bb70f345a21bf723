import type { Patch } from '../patch-modules.ts';

/** A rule of the product, taken out, and where that is seen. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The configuration that shows it. */
  readonly seen: string;
}

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
/** In the rules of runs and shards. */
export const state = (file: string, find: string, replace: string): Patch =>
  patch(`run-state/src/${file}`, find, replace);
/** In the steps. */
export const steps = (file: string, find: string, replace: string): Patch =>
  patch(`run-steps/src/${file}`, find, replace);
/** In the store. */
export const store = (file: string, find: string, replace: string): Patch =>
  patch(`run-store/src/${file}`, find, replace);
