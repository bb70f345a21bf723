/** Azurite on its default ports, with its well-known account. That is no secret. */
const STORAGE = 'UseDevelopmentStorage=true';
const FACE_PORT = 7074;
/**
 * The key between two apps on one machine. It protects nothing: a caller that reaches them may call them
 * anyway.
 */
const FACE_KEY = 'development';

/** The port of each app under `func start`, and the settings that it needs besides the storage. */
const apps: Readonly<Record<string, { readonly port: number; readonly values?: Readonly<Record<string, string>> }>> = {
  // With this limit the host refuses the bodies that the API would refuse anyway. Only bodies slightly above
  // the API's 32 MiB still reach it, so that their caller is told the limit.
  intake: { port: 7071, values: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(40 * 1024 * 1024) } },
  detect: { port: 7072, values: { FACE_ENDPOINT: `http://127.0.0.1:${FACE_PORT}`, FACE_KEY } },
  aggregate: { port: 7073 },
  face: { port: FACE_PORT, values: { FACE_KEY } },
};

/**
 * The local.settings.json of a built app, for development. The Functions Core Tools read it. A deployment
 * leaves it out.
 */
export function localSettings(service: string): string {
  const { port, values } = apps[service] ?? {};
  const settings = {
    IsEncrypted: false,
    Values: { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: STORAGE, TallyStorage: STORAGE, ...values },
    ...(port !== undefined && { Host: { LocalHttpPort: port } }),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
