/** The names of this machine as URLs write them. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that say which proxy takes what, completed so that none takes what stays on this machine: storage emulators, the face
 * service beside us, the endpoint that hands out an identity's tokens. A proxy can't reach them.
 *
 * Each name stands in upper and in lower case, for of Node and Azure's libraries one looks at this first and the other at that. `*` among the
 * exceptions means that no proxy is used at all: since Azure's libraries don't know the star, the proxies are blank then.
 */
export function proxySettings(env: Environment): Record<string, string> {
  const given = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  const exceptions = [env['NO_PROXY'], env['no_proxy'], ...LOOPBACK]
    .flatMap((list = '') => list.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const isOff = exceptions.includes('*');
  const settings: Record<string, string> = { NO_PROXY: isOff ? '*' : [...new Set(exceptions)].join(',') };
  for (const name of PROXIES) settings[name] = isOff ? '' : given(name);
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
}

/**
 * Completes the environment of this process, for the libraries that look there themselves. Called before the first of them is used.
 * @param env is changed
 */
export function keepLoopbackDirect(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(proxySettings(env))) {
    if (value !== '' || env[name] !== undefined) env[name] = value;
  }
}
