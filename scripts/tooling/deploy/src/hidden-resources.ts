import { DeployError } from './command.ts';

/** Azure's messages for a resource that was deleted, is kept for some days, and still has its name. */
const hidden: readonly { readonly said: RegExp; readonly what: string; readonly purge: string }[] = [
  {
    said: /VaultAlreadyExists|deleted but recoverable state|vault.*(soft.?deleted|already in deleted state)/is,
    what: 'A deleted vault of the same name is still kept',
    purge: 'az keyvault list-deleted --output table, then az keyvault purge --name <name>',
  },
  {
    said: /FlagMustBeSetForRestore|account.*soft.?deleted/is,
    what: 'A deleted Face account of the same name is still kept',
    purge:
      'az cognitiveservices account list-deleted --output table, then az cognitiveservices account purge --name <name> --resource-group <group> --location <location>',
  },
];

/**
 * Adds advice to a deployment's failure, if its cause is a resource that Azure only hides.
 * @throws DeployError
 */
export async function explainHidden<Value>(deployment: Promise<Value>): Promise<Value> {
  return await deployment.catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    const known = hidden.find(({ said }) => said.test(text));
    if (known === undefined) throw error;
    throw new DeployError(`${known.what}. Remove it for good and deploy again: ${known.purge}\n${text}`, {
      cause: error,
    });
  });
}
