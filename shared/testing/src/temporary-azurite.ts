import { startAzurite } from '@tally/azurite';
import { temporaryFolder } from './temporary-folder.ts';

/** An Azurite with its data on disk, fast after thousands of messages too, in a folder that `stop` deletes. */
export async function startTemporaryAzurite(): Promise<{ readonly connectionString: string; stop(): Promise<void> }> {
  const folder = await temporaryFolder();
  const azurite = await startAzurite({ location: folder.path });
  return {
    connectionString: azurite.connectionString,
    stop: async () => {
      await azurite.stop();
      await folder.remove();
    },
  };
}
