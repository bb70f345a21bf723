import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/** What an app reads from its environment, by the schemas that its code uses for it. */
export interface ServiceSettings {
  /** All names, required and optional. */
  readonly names: ReadonlySet<string>;
  /** The faults of an environment: each missing or malformed setting. */
  faults(env: Readonly<Record<string, string>>): string[];
  /** Its own parts of the storage account. */
  readonly account: AppAccount;
}

/**
 * An app's own parts of the storage account, in addition to the queues of its nodes and the tables of the
 * runs.
 */
export type AppAccount = z.infer<typeof accountSchema>;

const accountSchema = z.strictObject({
  tables: z.array(z.string()).default([]),
  /** Containers in which it reads, writes and deletes files. */
  containers: z.array(z.string()).default([]),
  /** Containers in which it only reads files, if they exist. */
  opens: z.array(z.string()).default([]),
  /** Whether it signs addresses of files, so that people can open them. */
  signsLinks: z.boolean().default(false),
});

/** Each service declares in its `settings.config.ts` what it reads, and its own parts of the account. */
export async function readServiceSettings(servicesDir: string): Promise<Map<string, ServiceSettings>> {
  const found = new Map<string, ServiceSettings>();
  for (const service of readdirSync(servicesDir).sort()) {
    const file = path.join(servicesDir, service, 'settings.config.ts');
    if (!existsSync(file)) continue;
    const module: unknown = await import(pathToFileURL(file).href);
    const { settings, account } = moduleSchema.parse(module);
    found.set(service, settingsOf(settings, account));
  }
  return found;
}

const moduleSchema = z.object({
  settings: z.array(z.instanceof(z.ZodType)).min(1),
  account: accountSchema.prefault({}),
});

function settingsOf(schemas: readonly z.ZodType[], account: AppAccount): ServiceSettings {
  return {
    account,
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

/** The names of an object's schema, even if its values are transformed afterwards. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodType) return shapeOf(schema.in);
  throw new Error('a settings schema must be an object, so that the names that it reads are known');
}
