import { startAzurite } from '@tally/azurite';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * An Azurite with its data on disk, in a folder that `stop` deletes. It stays fast after thousands of
 * messages.
 * @param options whether its blob service also runs
 */
export async function startTemporaryAzurite(
  options: { readonly blob?: boolean } = {},
): Promise<{ readonly connectionString: string; stop(): Promise<void> }> {
  const folder = await temporaryFolder();
  const azurite = await startAzurite({ location: folder.path, blob: options.blob === true });
  return {
    connectionString: azurite.connectionString,
    stop: async () => {
      await azurite.stop();
      await folder.remove();
    },
  };
}
