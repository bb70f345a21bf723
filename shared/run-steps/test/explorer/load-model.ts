import type { RunConfiguration } from './configurations.ts';
import type { Model } from './model.ts';
import { mutants } from './mutants/mutants.ts';
import { type Patch, patchModules } from './patch-modules.ts';

let isPatching = false;

/** Loads the real system, or one without a rule that {@link mutants} names. */
export async function loadModel(configuration: RunConfiguration, without: string | null): Promise<Model> {
  const { systemOf } = await loadSystem(without);
  return { configuration, system: systemOf(configuration) };
}

type Systems = Pick<typeof import('./engine/system.ts'), 'systemOf'>;

async function loadSystem(without: string | null): Promise<Systems> {
  if (without === null) return await import('./engine/system.ts');
  if (!isPatching) patchModules(patchesOf);
  isPatching = true;
  const loaded: unknown = await import(`./engine/system.ts?mutant=${encodeURIComponent(without)}`);
  if (!isSystems(loaded)) throw new Error('the adapter exports no system');
  return loaded;
}

function isSystems(loaded: unknown): loaded is Systems {
  return typeof loaded === 'object' && loaded !== null && 'systemOf' in loaded && typeof loaded.systemOf === 'function';
}

function patchesOf(name: string): readonly Patch[] {
  const mutant = mutants.find((other) => other.name === name);
  if (mutant !== undefined) return mutant.patches;
  throw new Error(`no mutant is named "${name}". There are:\n  ${mutants.map((other) => other.name).join('\n  ')}`);
}
