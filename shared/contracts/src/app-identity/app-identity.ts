import type { TokenCredential } from '@azure/core-auth';

/** What the identity depends on, of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The identity of an app. In Azure it is a managed one: the platform names its endpoint in
 * `IDENTITY_ENDPOINT`. Elsewhere it is the one that `DefaultAzureCredential` finds, such as the signed-in
 * user. The library behind it is loaded with the first token, so an app with keys never loads it.
 * @param clientId of a user-assigned managed identity. Absent: that of `AZURE_CLIENT_ID`, if it is set
 */
export function appIdentity(clientId: string | undefined, env: Environment): TokenCredential {
  let opened: Promise<TokenCredential> | null = null;
  const open = async (): Promise<TokenCredential> => {
    if (clientId === undefined && env['IDENTITY_ENDPOINT'] === undefined) {
      const { developmentIdentity } = await import('./development-identity.ts');
      return developmentIdentity();
    }
    const { managedIdentity } = await import('./managed-identity.ts');
    return managedIdentity(clientId ?? env['AZURE_CLIENT_ID']);
  };
  return {
    getToken: async (scopes, options) => {
      opened ??= open();
      const credential = await opened;
      return await credential.getToken(scopes, options);
    },
  };
}
