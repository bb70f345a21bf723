import * as z from 'zod';
import type { Environment } from './host-settings.ts';

/**
 * In the official host, settings with this prefix override host.json. `__` separates the names in the path to
 * a value.
 */
const prefix = 'AzureFunctionsJobHost__';

const objectSchema = z.record(z.string(), z.unknown());

/**
 * Replaces values of host.json by settings such as `AzureFunctionsJobHost__extensions__queues__batchSize`.
 * Names ignore case, as in .NET's configuration.
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

/** Settings are text, but host.json also has numbers and booleans. */
function parsedSetting(text: string): unknown {
  return /^(-?\d+|true|false)$/.test(text) ? JSON.parse(text) : text;
}
