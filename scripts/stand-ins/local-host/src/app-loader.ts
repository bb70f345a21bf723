import { globSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { errorText } from './error-text.ts';
import type { RegisteredFunction } from './function-registry.ts';
import type { FunctionsCore } from './functions-core.ts';
import { HostError } from './host-error.ts';

const manifestSchema = z.object({ main: z.string().min(1), type: z.string().optional() });

/**
 * Loads the app: every file that matches the glob `main` of its package.json, with `core` as its runtime. The
 * official host reports an app that fails here as running with no functions. Here each such case is an error.
 *
 * @returns the functions it registered, at least one
 * @throws HostError when nothing matches, an entry throws, or no function is registered
 */
export async function loadApp(appDir: string, core: FunctionsCore): Promise<readonly RegisteredFunction[]> {
  const { main, type } = readManifest(appDir);
  const files = globSync(main, { cwd: appDir });
  if (files.length === 0) {
    throw new HostError(`${join(appDir, main)} doesn't exist. Build the app first: npm run build.`);
  }
  provideCoreModule(core.module);
  for (const file of files) await loadEntry(join(appDir, file), type === 'module');
  const functions = core.registry.seal();
  if (functions.length === 0 || core.model === undefined) {
    throw new HostError(
      `${join(appDir, main)} was loaded, but registered no function. Is the entry file the right one?`,
    );
  }
  // Locks the library's setup: options that change after this call have no effect.
  await core.model.getCapabilities?.({});
  return functions;
}

function readManifest(appDir: string): z.infer<typeof manifestSchema> {
  const file = join(appDir, 'package.json');
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new HostError(`${file} is missing or has no "main". Build the app first: npm run build.`, { cause });
  }
}

async function loadEntry(file: string, isModule: boolean): Promise<void> {
  try {
    if (file.endsWith('.mjs') || (isModule && !file.endsWith('.cjs'))) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (cause) {
    if (cause instanceof HostError) throw cause;
    throw new HostError(`The app's entry ${file} threw while it was loaded:\n${errorText(cause)}`, { cause });
  }
}

/** The official worker does the same. No such package exists, so `require` has to be patched. */
function provideCoreModule(core: object): void {
  // oxlint-disable-next-line typescript/unbound-method -- called below with the module that requires
  const { require: originalRequire } = Module.prototype;
  Module.prototype.require = function requireWithCore(this: Module, id: string): unknown {
    return id === '@azure/functions-core' ? core : originalRequire.call(this, id);
  } as typeof originalRequire;
}
