import path from 'node:path';
import { type HostProcess, startHostProcess } from '@tally/local-host';
import { ensureBuilt } from '@tally/start';
import {
  type CountingProxy,
  type ProxyOptions,
  startAzurite,
  startCountingProxy,
  temporaryFolder,
} from '@tally/testing';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../..');

export interface TestSystemOptions {
  readonly faceEndpoint: string;
  /** How many processes of detect; default 1. */
  readonly detects?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What the proxy in front of the storage does. */
  readonly proxy?: ProxyOptions;
}

/** The built apps, each in a process of its own, on an Azurite of their own behind a counting proxy. */
export interface TestSystem {
  readonly url: string;
  /** Leads straight to the storage, past the proxy: what a test looks at isn't counted. */
  readonly storage: string;
  readonly proxy: CountingProxy;
  readonly detects: readonly HostProcess[];
  readonly aggregate: HostProcess;
  /** Starts one more process of an app. */
  startApp(app: string): Promise<HostProcess>;
  /** The last lines that the apps have logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Builds those of the apps that are older than their sources. */
export async function buildApps(): Promise<void> {
  await ensureBuilt(['intake', 'detect', 'aggregate'], { onNotice: () => {}, signal: AbortSignal.timeout(170_000) });
}

export async function startTestSystem({
  faceEndpoint,
  detects = 1,
  env = {},
  proxy: proxyOptions = {},
}: TestSystemOptions): Promise<TestSystem> {
  const folder = await temporaryFolder();
  const azurite = await startAzurite({ location: folder.path });
  const proxy = await startCountingProxy(azurite, proxyOptions);
  const lines: string[] = [];
  const hosts: HostProcess[] = [];
  const startApp = async (app: string) => {
    const onLine = (line: string) => {
      lines.push(`${app}: ${line}`);
      if (lines.length > 200) lines.shift();
    };
    const settings = {
      TallyStorage: proxy.connectionString,
      FACE_ENDPOINT: faceEndpoint,
      FACE_KEY: 'test-key',
      ...env,
    };
    const host = await startHostProcess({ appDir: path.join(root, 'out', app), env: settings, onLine });
    hosts.push(host);
    return host;
  };
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await proxy.stop();
    await azurite.stop();
    await folder.remove();
  };
  try {
    const intake = await startApp('intake');
    const started: HostProcess[] = [];
    for (let count = 0; count < detects; count += 1) started.push(await startApp('detect'));
    const aggregate = await startApp('aggregate');
    return {
      url: intake.url,
      storage: azurite.connectionString,
      proxy,
      detects: started,
      aggregate,
      startApp,
      log: () => lines.join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startedSchema = z.object({ id: z.string(), statusQueryGetUri: z.url() });
const statusSchema = z.object({
  runtimeStatus: z.string(),
  output: z.unknown(),
  counts: z.object({
    total: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    inFlight: z.number(),
    pending: z.number(),
  }),
});
export type Status = z.infer<typeof statusSchema>;

/** Starts a run as a caller does, by HTTP. @returns the run's id and where its status is */
export async function postRun(
  system: Pick<TestSystem, 'url'>,
  body: unknown,
  id = '',
): Promise<z.infer<typeof startedSchema>> {
  const response = await fetch(`${system.url}/api/runs${id === '' ? '' : `/${id}`}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`the start answered ${response.status}: ${text}`);
  return startedSchema.parse(JSON.parse(text));
}

export async function readStatus(uri: string): Promise<Status> {
  return statusSchema.parse(await (await fetch(uri)).json());
}

/** Whether the run has ended, and then its status. */
export async function endedStatus(uri: string): Promise<Status | null> {
  const status = await readStatus(uri);
  return ['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus) ? status : null;
}
