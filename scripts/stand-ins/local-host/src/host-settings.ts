import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { allowedHostsSchema } from './caller-guard.ts';
import { HostError } from './host-error.ts';
import { hostKeysSchema } from './host-keys.ts';

const secondsSchema = z.coerce.number().positive();

/** The environment variables for the host itself. All other variables belong to the app. */
const hostSettingsSchema = z
  .object({
    /**
     * Test setting: how long a received message stays invisible. In the official host it is ten minutes and
     * can't be configured (rule 2).
     */
    TALLY_HOST_LEASE_SECONDS: z.coerce.number().int().min(1).default(600),
    /**
     * Test setting: how long requests to an unreachable storage are retried. The official host gives up after
     * 40 s (rule 5).
     */
    TALLY_HOST_STORAGE_PATIENCE_SECONDS: secondsSchema.default(40),
    /** Test setting: how long a stop waits for running invocations. */
    TALLY_HOST_DRAIN_SECONDS: secondsSchema.default(30),
    /**
     * Test setting: `apart` runs the app in a worker process. A worker that dies is replaced, as under the
     * official host (rule 17).
     */
    TALLY_HOST_WORKER: z.enum(['inside', 'apart']).default('inside'),
    TALLY_LOG_FORMAT: z.enum(['text', 'json']).default('text'),
    /** The official host's own setting and default, in bytes. */
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: z.coerce.number().int().positive().default(104_857_600),
    WEBSITE_TIME_ZONE: z.string().default('UTC'),
    /** The keys that the official host keeps in its secrets. Without keys, no caller needs one. */
    TALLY_HOST_KEYS: hostKeysSchema.default({ full: [], read: [] }),
    /** Names by which the host may be called without keys, besides the loopback names. */
    TALLY_HOST_ALLOW_HOSTS: allowedHostsSchema.default(new Set<string>()),
  })
  .transform((env) => ({
    leaseMs: env.TALLY_HOST_LEASE_SECONDS * 1000,
    storagePatienceMs: env.TALLY_HOST_STORAGE_PATIENCE_SECONDS * 1000,
    drainMs: env.TALLY_HOST_DRAIN_SECONDS * 1000,
    workerApart: env.TALLY_HOST_WORKER === 'apart',
    logFormat: env.TALLY_LOG_FORMAT,
    bodyLimitBytes: env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT,
    timeZone: env.WEBSITE_TIME_ZONE,
    keys: env.TALLY_HOST_KEYS,
    allowHosts: env.TALLY_HOST_ALLOW_HOSTS,
  }));

export type HostSettings = z.infer<typeof hostSettingsSchema>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws HostError naming every wrong variable */
export function readHostSettings(env: Environment): HostSettings {
  const parsed = hostSettingsSchema.safeParse(env);
  if (!parsed.success) throw new HostError(`Wrong environment variables:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

const localSettingsSchema = z.object({
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
});

/**
 * The `Values` of `<appDir>/local.settings.json`, or none if the app has no such file.
 * @throws HostError when the file is wrong
 */
export function readLocalSettings(appDir: string): Record<string, string> {
  const file = join(appDir, 'local.settings.json');
  if (!existsSync(file)) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new HostError(`${file} is not JSON.`, { cause });
  }
  const parsed = localSettingsSchema.safeParse(content);
  if (!parsed.success) throw new HostError(`${file} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}

/**
 * Replaces each `%NAME%` in a binding's property by the value of that setting, as the official host does.
 * @throws HostError when the setting is missing
 */
export function resolveSettings(text: string, env: Environment): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new HostError(`"${text}" needs the setting ${name}, which is not set.`);
    return value;
  });
}
