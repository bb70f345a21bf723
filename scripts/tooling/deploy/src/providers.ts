import { readFile } from 'node:fs/promises';
import { DeployError, type Executor } from './command.ts';

/** Runs the network of a Flex Consumption app that has its own network. */
const PROVIDER = 'Microsoft.App';

/**
 * Registers the resource provider that an environment with `privateNetwork` needs. A deployment registers the
 * providers of its own resources by itself, but no resource of this one belongs to that provider.
 * @param parameterFile of the environment
 * @throws DeployError that says what to request, when registering it is not permitted
 */
export async function ensureNetworkProvider(executor: Executor, parameterFile: string): Promise<void> {
  if (!/^param privateNetwork\s*=\s*true\b/m.test(await readFile(parameterFile, 'utf8'))) return;
  const query = ['--query', 'registrationState', '--output', 'tsv'];
  const state = await executor.read(['az', 'provider', 'show', '--namespace', PROVIDER, ...query], 'NotRegistered');
  if (state === 'Registered') return;
  await executor.run(['az', 'provider', 'register', '--namespace', PROVIDER, '--wait']).catch((cause: unknown) => {
    throw new DeployError(
      `The resource provider ${PROVIDER} is not registered, which a private network needs. Ask an owner of the subscription to type: ` +
        `az provider register --namespace ${PROVIDER} --wait`,
      { cause },
    );
  });
}
