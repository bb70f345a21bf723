import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AzureKeyCredential } from '@azure/core-auth';
import {
  decompressResponsePolicyName,
  formDataPolicyName,
  isRestError,
  multipartPolicyName,
  proxyPolicyName,
  redirectPolicyName,
  tracingPolicyName,
} from '@azure/core-rest-pipeline';
import createFaceClient from '@azure-rest/ai-vision-face';
import { proxySettings, secretCutter } from '@tally/contracts';
import { appIdentity } from '@tally/contracts/app-identity';
import type { FaceSettings } from './face-settings.ts';
import { FaceTransport } from './face-transport.ts';

/** The endpoint's answer, not yet validated. */
export interface FaceAnswer {
  readonly status: number;
  /** By lower-case name: those that Tally reads, and behind a proxy all. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON or plain text; undefined when it claimed to be JSON and wasn't. */
  readonly body: unknown;
}

export interface FaceClient {
  /**
   * Makes one request for one image, without a retry.
   * @throws RestError for a connection that failed; AbortError when the signal fires; an error of the
   * identity library
   */
  detect(imageUrl: string, signal: AbortSignal): Promise<FaceAnswer>;
  close(): void;
}

/**
 * What the library does to every request and Tally has no use for. Together it takes a fifth of a call's CPU.
 *
 * A call is one request. The library would send up to four, and none after a 429 without Retry-After; Tally's own
 * retries know more. It would follow a redirect, for which a call with the key in its header has no reason. Forms
 * aren't sent, spans aren't collected, and the signal is Node's own.
 */
const NEVER_NEEDED = [
  'defaultRetryPolicy',
  redirectPolicyName,
  formDataPolicyName,
  multipartPolicyName,
  tracingPolicyName,
  'wrapAbortSignalLikePolicy',
];
/** Needed by the library's own HTTP client alone. */
const OF_A_STREAM = [proxyPolicyName, decompressResponsePolicyName];

/**
 * Path and query, the same for all images. The library makes them into an address, and would do so for each call: a
 * fifth of the call's CPU. It takes an address as it is. So the address of the first call serves all.
 */
const DETECT = `/detect?${new URLSearchParams({
  // Face ids need Microsoft's approval, and the default is true.
  returnFaceId: 'false',
  returnFaceAttributes: 'emotion',
  // The only detection model that ever returned emotions. It is also the contract's default; naming it helps
  // readers of a trace.
  detectionModel: 'detection_01',
}).toString()}`;

/**
 * Calls a Face endpoint through Azure's client library.
 *
 * Without a key it uses the app's identity. In Azure that is the managed identity (a user-assigned one by
 * `AZURE_CLIENT_ID`), on a developer's machine the signed-in user.
 * @throws Error for an http endpoint without a key: the library never sends a token over plain http, but
 * reports that only at the first call
 */
export function createClient({ endpoint, key, concurrency }: FaceSettings): FaceClient {
  const isHttp = new URL(endpoint).protocol === 'http:';
  if (isHttp && key === undefined)
    throw new Error(`FACE_KEY is missing: the plain http endpoint ${endpoint} needs a key`);
  // As many sockets as there may be calls, kept open: a TLS handshake for each photo would cost more than the
  // request.
  const proxyEnv = proxySettings(process.env);
  const agent = new (isHttp ? HttpAgent : HttpsAgent)({ keepAlive: true, maxSockets: concurrency, proxyEnv });
  const hasProxy = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].some((name) => proxyEnv[name] !== '');
  const transport = hasProxy ? undefined : new FaceTransport(endpoint, concurrency);
  const client = createFaceClient(
    endpoint,
    key === undefined ? appIdentity(undefined, process.env) : new AzureKeyCredential(key),
    {
      // Where there is a proxy, the library's own client is used, with the agent.
      ...(transport === undefined ? { agent } : { httpClient: transport }),
      allowInsecureConnection: isHttp,
      userAgentOptions: { userAgentPrefix: 'tally-detect' },
    },
  );
  const needless = transport === undefined ? NEVER_NEEDED : [...NEVER_NEEDED, ...OF_A_STREAM];
  for (const name of needless)
    if (client.pipeline.removePolicy({ name }).length === 0)
      throw new Error(`the Face client library has no ${name} any more: see what it does instead`);
  const cut = secretCutter([key]);
  let address = DETECT;
  return {
    detect: async (imageUrl, signal) => {
      try {
        const answer = await client
          .pathUnchecked(address)
          .post({ contentType: 'application/json', body: { url: imageUrl }, abortSignal: signal });
        address = answer.request.url;
        const { status, headers } = answer;
        const body: unknown = answer.body;
        // Errors are kept in rows and shown, so an endpoint that quotes the key must not get it into them.
        return { status: Number(status), headers, body: status === '200' ? body : wordsWithout(cut, body) };
      } catch (error) {
        // The library throws for a body that claims to be JSON and isn't. Its status is still an answer.
        if (isRestError(error) && error.response !== undefined) {
          const { status, headers } = error.response;
          return { status, headers: headers.toJSON(), body: undefined };
        }
        if (error instanceof Error) error.message = cut(error.message);
        throw error;
      }
    },
    close: () => {
      agent.destroy();
      transport?.close();
    },
  };
}

function wordsWithout(cut: (text: string) => string, body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(cut(JSON.stringify(body)));
}
