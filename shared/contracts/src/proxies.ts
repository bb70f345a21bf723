/** The names of this machine, as URLs write them. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that say which proxy serves which addresses, completed so that no proxy serves this machine's
 * own: storage emulators, a face service on this machine, the endpoint that issues an identity's tokens. A
 * proxy can't reach them.
 *
 * Each name appears in upper and in lower case, because Node and Azure's libraries look at different ones
 * first. `*` among the exceptions means that no proxy is used at all. Azure's libraries don't know the star,
 * so the proxies are then blank.
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
 * Completes the environment of this process, for the libraries that read it themselves. Call it before the
 * first of them is used.
 * @param env is changed
 */
export function keepLoopbackDirect(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(proxySettings(env))) {
    if (value !== '' || env[name] !== undefined) env[name] = value;
  }
}
