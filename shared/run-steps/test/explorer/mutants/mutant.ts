import type { Patch } from '../patch-modules.ts';

/** A rule that is taken out of the product, and where that shows. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The configuration that shows it. */
  readonly seen: string;
}

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
/** A patch of the rules of runs and shards. */
export const state = (file: string, find: string, replace: string): Patch =>
  patch(`run-state/src/${file}`, find, replace);
/** A patch of the steps. */
export const steps = (file: string, find: string, replace: string): Patch =>
  patch(`run-steps/src/${file}`, find, replace);
/** A patch of the store. */
export const store = (file: string, find: string, replace: string): Patch =>
  patch(`run-store/src/${file}`, find, replace);
