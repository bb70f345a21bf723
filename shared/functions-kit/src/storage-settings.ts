import type { StorageConnection } from '@tally/contracts';
import * as z from 'zod';

/**
 * The name of the connection for all queues and tables. The host's own account is another
 * (`AzureWebJobsStorage`).
 */
export const STORAGE_CONNECTION = 'TallyStorage';

/** The settings that reach the account with the app's identity, as a deployment sets them. */
export const storageIdentitySchema = z.object({
  TallyStorage__queueServiceUri: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
  TallyStorage__tableServiceUri: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
  /** Only where the app uses blobs. */
  TallyStorage__blobServiceUri: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
  TallyStorage__clientId: z.string().optional(),
});

/**
 * How the storage account is reached. The connection string in `TallyStorage` wins, as it does in the
 * Functions host. Otherwise the app's identity is used, with the addresses in `TallyStorage__queueServiceUri`
 * and `TallyStorage__tableServiceUri`.
 */
export const storageSettingsSchema = z
  .looseObject({ TallyStorage: z.string().optional() })
  .transform((env, context): StorageConnection => {
    if (env.TallyStorage !== undefined) return { kind: 'connectionString', value: env.TallyStorage };
    const parsed = storageIdentitySchema.safeParse(env);
    if (!parsed.success) {
      const isAbsent = !Object.keys(env).some((name) => name.startsWith(`${STORAGE_CONNECTION}__`));
      if (isAbsent) {
        const message =
          'is missing: a connection string, or TallyStorage__queueServiceUri and TallyStorage__tableServiceUri for an identity';
        context.addIssue({ code: 'custom', path: [STORAGE_CONNECTION], message });
        return z.NEVER;
      }
      for (const issue of parsed.error.issues)
        context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
      return z.NEVER;
    }
    const { data } = parsed;
    return {
      kind: 'identity',
      queueServiceUri: data.TallyStorage__queueServiceUri,
      tableServiceUri: data.TallyStorage__tableServiceUri,
      blobServiceUri: data.TallyStorage__blobServiceUri,
      clientId: data.TallyStorage__clientId,
    };
  });
