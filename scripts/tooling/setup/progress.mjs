// What an install prints while npm is silent. Plain JavaScript, like launch.mjs.

const tellEveryMs = 30_000;

/**
 * Reports every half minute that npm is still working, because npm prints nothing while it waits for a
 * registry.
 * @param {(line: string) => void} print
 * @param {NodeJS.ProcessEnv} env
 * @returns {() => void} ends it
 */
export function tellProgress(print, env) {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += tellEveryMs / 1000;
    print(
      `Still installing after ${seconds} s. npm says nothing while it works, or waits for its registry${proxies(env)}.`,
    );
  }, tellEveryMs);
  return () => clearInterval(timer);
}

/** @param {NodeJS.ProcessEnv} env */
function proxies(env) {
  const set = Object.entries(env).filter(([name, value]) => value && /^(npm_config_)?(https?[-_])?proxy$/i.test(name));
  const hosts = set.map(([name, value = '']) => {
    const url = /^[a-z]+:\/\//i.test(value) ? value : `http://${value}`;
    return `${name}=${URL.canParse(url) ? new URL(url).host : '(no URL)'}`; // without credentials
  });
  return hosts.length === 0 ? '' : ` through a proxy (${hosts.join(', ')})`;
}
