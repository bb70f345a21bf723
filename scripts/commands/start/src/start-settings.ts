import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allowedHostsSchema } from '@tally/local-host';
import * as z from 'zod';
import { chainNames, defaultChains } from './app-names.ts';
import type { FaceChoice } from './face.ts';
import { UsageError } from './start-error.ts';

/** The values of the command line, not checked yet. */
export interface StartArguments {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly face?: string | undefined;
  readonly storage?: string | undefined;
  /** A file with the connection string. Other users can't read it, but they could read a command line. */
  readonly storageFile?: string | undefined;
  /** Chains to start, separated by commas. */
  readonly chains?: string | undefined;
  /** Names, separated by commas. */
  readonly allowHost?: string | undefined;
}

export interface StartSettings {
  /** The port of the API. 0: any free port. */
  readonly port: number;
  /** Absolute path. */
  readonly dataFolder: string;
  readonly storage: string | undefined;
  readonly face: FaceChoice;
  /** The chains whose apps are started. */
  readonly chains: readonly string[];
  /** Settings for the apps. */
  readonly env: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The port of the official Functions host. */
const defaultPort = '7071';

const settingsSchema = z.object({
  port: z
    .string()
    .default(defaultPort)
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535,
      'must be a port number, 0 (any free one) to 65535',
    )
    .transform(Number),
  data: z.string().optional(),
  face: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https URL, such as https://<name>.cognitiveservices.azure.com',
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  storage: z.string().optional(),
  allowHost: allowedHostsSchema.optional(),
  chains: z
    .string()
    .transform((text) => (text.trim() === 'all' ? [...chainNames] : splitList(text)))
    .refine((names) => names.length > 0 && names.every((name) => chainNames.includes(name)), {
      error: `must be all, or name chains with commas between: ${chainNames.join(', ')}`,
    })
    .optional(),
});

/** The command line's option and the environment's variable for each setting. */
const names: Record<
  Exclude<keyof StartArguments, 'storageFile'>,
  { readonly option: string; readonly variable: string }
> = {
  port: { option: '--port', variable: 'TALLY_PORT' },
  data: { option: '--data', variable: 'TALLY_DATA' },
  face: { option: '--face', variable: 'FACE_ENDPOINT' },
  storage: { option: '--storage', variable: 'TallyStorage' },
  chains: { option: '--chains', variable: 'TALLY_CHAINS' },
  allowHost: { option: '--allow-host', variable: 'TALLY_HOST_ALLOW_HOSTS' },
};

/** Variables for the apps: Tally's own, identity, tracing, proxies and their certificates. */
const forApps =
  /^(TALLY_.+|CLAMD_.+|AZURE_.+|OTEL_.+|APPLICATIONINSIGHTS_.+|(HTTPS?|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS)$/i;
/** The variables that the system sets itself. */
const ofTheSystem = new Set(['TALLY_PORT', 'TALLY_DATA', 'TALLY_CHAINS', 'TALLY_FACE_ALLOW_HOSTS']);

/**
 * Combines the settings. The command line takes precedence over the environment. An empty value counts as
 * absent.
 * @param folder base of a relative `--data`
 * @param defaultDataFolder absolute
 * @throws UsageError that names every wrong option and variable
 */
export function readStartSettings(
  args: StartArguments,
  env: Environment,
  folder: string,
  defaultDataFolder: string,
): StartSettings {
  const pick = (name: keyof typeof names): string | undefined =>
    [args[name], env[names[name].variable]].find((text) => text !== undefined && text !== '');
  if (args.storage !== undefined && args.storageFile !== undefined)
    throw new UsageError('--storage and --storage-file name one storage each: give one of them.');
  const given = {
    port: pick('port'),
    data: pick('data'),
    face: pick('face'),
    storage: args.storageFile === undefined ? pick('storage') : readStorageFile(resolve(folder, args.storageFile)),
    chains: pick('chains'),
    allowHost: pick('allowHost'),
  };
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new UsageError(describeProblems(parsed.error));
  const { port, data, face, storage, chains, allowHost } = parsed.data;
  const key = env['FACE_KEY'] || undefined;
  if (face?.startsWith('http:') === true && key === undefined) {
    throw new UsageError(
      `FACE_KEY is missing: the key of ${face}. (Without a key an identity is used, and never over plain http.) Type:\n` +
        `  FACE_KEY=<key> npm start -- --face ${face}\n` +
        `in PowerShell:  $env:FACE_KEY='<key>'; npm start -- --face ${face}`,
    );
  }
  return {
    port,
    dataFolder: data === undefined ? defaultDataFolder : resolve(folder, data),
    storage,
    face:
      face === undefined
        ? { kind: 'local', allowHosts: splitList(env['TALLY_FACE_ALLOW_HOSTS']) }
        : { kind: 'given', endpoint: face, key },
    chains: chains ?? defaultChains,
    env: {
      ...appEnvironment(env),
      ...(allowHost !== undefined && { [names.allowHost.variable]: [...allowHost].join(',') }),
    },
  };
}

/**
 * The connection string in a file of `--storage-file`.
 * @throws UsageError when the file can't be read or is empty
 */
export function readStorageFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(`--storage-file ${file} can't be read (${reason}).`, { cause });
  }
  if (text === '') throw new UsageError(`--storage-file ${file} is empty: it must contain a connection string.`);
  return text;
}

function describeProblems(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) => {
    const [name] = path;
    const known = Object.entries(names).find(([key]) => key === name)?.[1];
    return known === undefined ? message : `${known.option} (or ${known.variable}) ${message}`;
  });
  return lines.join('\n');
}

function appEnvironment(env: Environment): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      forApps.test(entry[0]) && !ofTheSystem.has(entry[0]) && entry[1] !== undefined,
  );
  return Object.fromEntries(passed);
}

function splitList(list = ''): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
