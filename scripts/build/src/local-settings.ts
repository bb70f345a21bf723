/** Azurite on its own ports, with the account that every developer knows: no secret. */
const STORAGE = 'UseDevelopmentStorage=true';
const FACE_PORT = 7074;
/** Between two apps on one machine; whoever reaches them may call them anyway. */
const FACE_KEY = 'development';

/** Where `func start` has each app answer, and what it needs beside the storage. */
const apps: Readonly<Record<string, { readonly port: number; readonly values?: Readonly<Record<string, string>> }>> = {
  // The host then takes no body that the API would refuse anyway, but for those a little above its 32 MiB: they are told the limit.
  intake: { port: 7071, values: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(40 * 1024 * 1024) } },
  detect: { port: 7072, values: { FACE_ENDPOINT: `http://127.0.0.1:${FACE_PORT}`, FACE_KEY } },
  aggregate: { port: 7073 },
  face: { port: FACE_PORT, values: { FACE_KEY } },
};

/** The local.settings.json of a built app, for development: the Functions Core Tools read it, and a deployment leaves it out. */
export function localSettings(service: string): string {
  const { port, values } = apps[service] ?? {};
  const settings = {
    IsEncrypted: false,
    Values: { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: STORAGE, TallyStorage: STORAGE, ...values },
    ...(port !== undefined && { Host: { LocalHttpPort: port } }),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
