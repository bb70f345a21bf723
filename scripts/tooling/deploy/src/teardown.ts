import * as z from 'zod';
import { type Command, DeployError, type Executor } from './command.ts';
import { checkPrerequisites } from './prerequisites.ts';

const namesSchema = z.array(z.object({ name: z.string(), type: z.string(), location: z.string() }));
const placeholders = JSON.stringify([
  { name: '<vault>', type: 'Microsoft.KeyVault/vaults', location: '<location>' },
  { name: '<azure-face>', type: 'Microsoft.CognitiveServices/accounts', location: '<location>' },
]);

/**
 * Removes the resource group, and what Azure would keep under its name. A deleted vault or Azure Face account
 * is only hidden. A deployment of the same name fails until it is purged.
 * @throws DeployError
 */
export async function teardown(
  executor: Executor,
  resourceGroup: string,
  confirm: (question: string) => Promise<boolean>,
): Promise<void> {
  await checkPrerequisites(executor);
  const list: Command = ['az', 'resource', 'list', '--resource-group', resourceGroup, '--tag', 'product=tally'];
  const listed = await executor.read([...list, '--output', 'json'], placeholders);
  const found = namesSchema.parse(JSON.parse(listed));
  if (found.length === 0) throw new DeployError(`The resource group ${resourceGroup} contains no Tally.`);
  const question = `Delete the resource group ${resourceGroup} with EVERYTHING in it, runs and results included?`;
  if (!executor.isDryRun && !(await confirm(question))) throw new DeployError('Nothing was deleted.');
  await executor.run(['az', 'group', 'delete', '--name', resourceGroup, '--yes']);
  for (const { name, type, location } of found) {
    if (type === 'Microsoft.KeyVault/vaults') {
      await executor.run(['az', 'keyvault', 'purge', '--name', name, '--location', location]);
    }
    if (type === 'Microsoft.CognitiveServices/accounts') {
      const account = ['--name', name, '--resource-group', resourceGroup, '--location', location];
      await executor.run(['az', 'cognitiveservices', 'account', 'purge', ...account]);
    }
  }
}
