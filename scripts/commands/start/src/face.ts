import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.ts';
import type { AppStarter } from './app-starter.ts';
import { freePorts } from './loopback-ports.ts';
import { rememberedPorts } from './photo-ports.ts';
import { ANSWER_MS, reasonOf } from './reachability.ts';
import { StartError } from './start-error.ts';

/** Our own face service, or a Face endpoint. An endpoint without a key is called with an identity. */
export type FaceChoice =
  | {
      readonly kind: 'local';
      /** `host:port` pairs from which it may fetch photos although their addresses aren't public. */
      readonly allowHosts?: readonly string[];
      /** Keeps the ports for local photos between starts. By default each start uses other ports. */
      readonly photoPortsFile?: string;
    }
  | { readonly kind: 'given'; readonly endpoint: string; readonly key?: string | undefined };

export type FaceSystem =
  | {
      readonly kind: 'local';
      readonly url: string;
      /**
       * Ports of 127.0.0.1 from which the service fetches photos. A program that wants to show it a local
       * file serves the file on one of them.
       */
      readonly photoPorts: readonly number[];
    }
  | { readonly kind: 'given'; readonly url: string }
  /** No chain needs faces. */
  | { readonly kind: 'none' };

/** This many commands can show local files to the system at the same time. */
const photoPortCount = 8;
/** Two seconds usually suffice. A busy machine with many cores loads as many models at once. */
const modelsGuardMs = 120_000;
const pollMs = 100;

interface FaceStart {
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts the face service, or says how the given endpoint is reached. The service listens before it has
 * loaded its models. `ready` waits for the models, while other apps start.
 */
export async function startFace(starter: AppStarter, choice: FaceChoice, { onNotice, signal }: FaceStart) {
  if (choice.kind === 'given') {
    if (choice.key === undefined) onNotice(withoutKey(choice.endpoint));
    await tryEndpoint(choice.endpoint, onNotice);
    const system: FaceSystem = { kind: 'given', url: choice.endpoint };
    return { system, env: faceEnv(choice.endpoint, choice.key), ready: async () => undefined };
  }
  signal.throwIfAborted();
  const key = randomBytes(24).toString('base64url');
  const { photoPortsFile: file } = choice;
  const photoPorts = await (file === undefined ? freePorts(photoPortCount) : rememberedPorts(photoPortCount, file));
  const allowed = [...photoPorts.map((port) => `127.0.0.1:${port}`), ...(choice.allowHosts ?? [])];
  await starter.start([{ name: 'face', port: 0, env: { FACE_KEY: key, TALLY_FACE_ALLOW_HOSTS: allowed.join(',') } }]);
  const app = starter.app('face');
  const system: FaceSystem = { kind: 'local', url: app.url, photoPorts };
  return { system, env: faceEnv(app.url, key), ready: () => waitForModels(app, signal) };
}

function faceEnv(endpoint: string, key: string | undefined): Record<string, string> {
  return { FACE_ENDPOINT: endpoint, ...(key !== undefined && { FACE_KEY: key }) };
}

/** Only the first call shows whether there is an identity, so its absence doesn't prevent a start. */
function withoutKey(endpoint: string): string {
  return (
    `FACE_KEY is missing: the key of ${endpoint}. Without it an identity of this machine is used ` +
    '(az login, or AZURE_CLIENT_ID with its secret). Without an identity images fail.'
  );
}

/**
 * A Face endpoint that is temporarily unavailable doesn't prevent a start, because calls to it are repeated.
 */
async function tryEndpoint(url: string, onNotice: (text: string) => void): Promise<void> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    onNotice(
      `The Face endpoint ${url} doesn't answer (${reasonOf(error, url)}). Until it answers, images fail after some tries.`,
    );
  }
}

async function waitForModels(app: App, signal: AbortSignal): Promise<void> {
  const given = AbortSignal.any([signal, AbortSignal.timeout(modelsGuardMs)]);
  for (let answer = ''; ; ) {
    signal.throwIfAborted();
    if (given.aborted)
      throw new StartError(`The face service's models aren't ready after ${modelsGuardMs / 1000} s: ${answer}`);
    try {
      const response = await fetch(`${app.url}/health`, { signal: given });
      answer = await response.text();
      if (response.ok) return;
    } catch (error) {
      answer = String(error); // It is being started again, or the time limit has passed.
    }
    await sleep(pollMs);
  }
}
