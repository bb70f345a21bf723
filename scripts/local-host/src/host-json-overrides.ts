import { z } from 'zod';
import type { Environment } from './host-settings.ts';

/** The official host reads settings of this name over its host.json; `__` stands between the names on the way to a value. */
const prefix = 'AzureFunctionsJobHost__';

const objectSchema = z.record(z.string(), z.unknown());

/**
 * Puts settings such as `AzureFunctionsJobHost__extensions__queues__batchSize` in the place of values of host.json. As in .NET's configuration,
 * names count whatever their case.
 * @param content of a host.json, parsed; not changed
 */
export function overrideHostJson(content: unknown, env: Environment): unknown {
  return Object.entries(env).reduce((json, [name, value]) => {
    if (value === undefined || !name.startsWith(prefix)) return json;
    return withValue(json, name.slice(prefix.length).split('__'), parsedSetting(value));
  }, content);
}

function withValue(json: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const object = objectSchema.safeParse(json).data ?? {};
  const known = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
  return { ...object, [known]: withValue(object[known], rest, value) };
}

/** Settings are text; host.json has numbers and truth values too. */
function parsedSetting(text: string): unknown {
  return /^(-?\d+|true|false)$/.test(text) ? JSON.parse(text) : text;
}
