import * as z from 'zod';
import { DeployError, type Executor } from './command.ts';

/**
 * The first version that knows Flex Consumption and takes parameter files together with single parameters.
 */
const LEAST_AZ = [2, 60] as const;

const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  user: z.object({ name: z.string(), type: z.string() }),
});

/** The identity that deploys, in the form that role assignments need. */
export interface Deployer {
  readonly id: string;
  readonly type: 'User' | 'ServicePrincipal';
}

/**
 * Checks that the Azure CLI is installed, new enough and signed in.
 * @throws DeployError, one line that says what to install or to do
 */
export async function checkPrerequisites(executor: Executor): Promise<Deployer> {
  const version = await executor
    .read(['az', 'version', '--query', '"azure-cli"', '--output', 'tsv'], LEAST_AZ.join('.'))
    .catch((cause: unknown) => {
      const hint = 'install it (https://aka.ms/azure-cli), then sign in with: az login';
      throw new DeployError(`The Azure CLI (az) is missing: ${hint}`, { cause });
    });
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST_AZ[0] || (major === LEAST_AZ[0] && minor < LEAST_AZ[1])) {
    throw new DeployError(`The Azure CLI is ${version}; ${LEAST_AZ.join('.')} or newer is needed: az upgrade`);
  }
  const placeholder = JSON.stringify({ id: '<subscription>', name: '<name>', user: { name: '<you>', type: 'user' } });
  const text = await executor
    .read(['az', 'account', 'show', '--output', 'json'], placeholder)
    .catch((cause: unknown) => {
      throw new DeployError('The Azure CLI is not signed in: az login, then az account set --subscription <id>', {
        cause,
      });
    });
  const { id, name, user } = accountSchema.parse(JSON.parse(text));
  executor.say(`Subscription ${name} (${id}), as ${user.name}`);
  if (user.type !== 'user') {
    const command = ['az', 'ad', 'sp', 'show', '--id', user.name, '--query', 'id', '--output', 'tsv'] as const;
    return { id: await executor.read(command, '<your-id>'), type: 'ServicePrincipal' };
  }
  const command = ['az', 'ad', 'signed-in-user', 'show', '--query', 'id', '--output', 'tsv'] as const;
  return { id: await executor.read(command, '<your-id>'), type: 'User' };
}
