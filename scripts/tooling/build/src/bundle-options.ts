import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/**
 * What a service's `build.config.ts` may say, as its export `bundle`. Most services need no such file: one
 * bundle of `src/main.ts` is the complete app. The exceptions need files that a bundle can't hold: native
 * add-ons, wasm, models, workers.
 */
export const bundleOptionsSchema = z.strictObject({
  /**
   * Further entry files, such as worker processes, relative to the service's folder. Each becomes
   * `dist/<name>.js`.
   */
  entryPoints: z.array(z.string().min(1)).default([]),
  /** Modules that are found at run time, in addition to the copied packages. */
  external: z.array(z.string().min(1)).default([]),
  /**
   * npm packages that are left out of the bundle. They are copied with their dependencies into `node_modules`
   * of the built folder.
   */
  copyPackages: z.array(z.string().min(1)).default([]),
  /**
   * Files or folders that are copied unchanged. `from` is relative to the service's folder when it starts
   * with a dot, else a path inside an installed npm package (`some-package/models`). `to` is relative to the
   * built folder.
   */
  assets: z.array(z.strictObject({ from: z.string().min(1), to: z.string().min(1) })).default([]),
  /** Pages that the app serves. Vite builds each package into a folder of the built one. */
  pages: z.array(z.strictObject({ package: z.string().min(1), to: z.string().min(1) })).default([]),
});

export type BundleOptions = z.infer<typeof bundleOptionsSchema>;

const moduleSchema = z.object({ bundle: bundleOptionsSchema });

/** Type of the `bundle` export of a `build.config.ts`. */
export type BundleConfig = z.input<typeof bundleOptionsSchema>;

/**
 * Reads `<serviceDir>/build.config.ts`. A service without that file gets the defaults.
 * @throws Error that names the file and every wrong field.
 */
export async function readBundleOptions(serviceDir: string): Promise<BundleOptions> {
  const file = join(serviceDir, 'build.config.ts');
  if (!existsSync(file)) return bundleOptionsSchema.parse({});
  const module: unknown = await import(pathToFileURL(file).href);
  const parsed = moduleSchema.safeParse(module);
  if (!parsed.success) throw new Error(`${file} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.bundle;
}
