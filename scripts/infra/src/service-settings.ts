import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** What an app reads from its environment, by the schemas that its code reads it with. */
export interface ServiceSettings {
  /** All names, required and optional. */
  readonly names: ReadonlySet<string>;
  /** What is wrong with an environment: each missing or malformed setting. */
  faults(env: Readonly<Record<string, string>>): string[];
}

/** Each service says in its `settings.config.ts` what it reads. */
export async function readServiceSettings(servicesDir: string): Promise<Map<string, ServiceSettings>> {
  const found = new Map<string, ServiceSettings>();
  for (const service of readdirSync(servicesDir).sort()) {
    const file = path.join(servicesDir, service, 'settings.config.ts');
    if (!existsSync(file)) continue;
    const module: unknown = await import(pathToFileURL(file).href);
    found.set(service, settingsOf(moduleSchema.parse(module).settings));
  }
  return found;
}

const moduleSchema = z.object({ settings: z.array(z.instanceof(z.ZodType)).min(1) });

function settingsOf(schemas: readonly z.ZodType[]): ServiceSettings {
  return {
    names: new Set(schemas.flatMap((schema) => Object.keys(shapeOf(schema)))),
    faults: (env) =>
      schemas.flatMap((schema) => {
        const parsed = schema.safeParse(env);
        return parsed.success
          ? []
          : parsed.error.issues.map(({ path: [name], message }) => `${String(name)}: ${message}`);
      }),
  };
}

/** The names of an object's schema, also where its values are made into something else afterwards. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodType) return shapeOf(schema.in);
  throw new Error('a settings schema must be an object, so that the names that it reads are known');
}
