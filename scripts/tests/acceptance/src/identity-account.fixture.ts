import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { SelfSigned } from './self-signed.fixture.ts';

export interface StorageRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  /** Complete addresses in the body: a transaction names its rows by them. */
  readonly addresses: readonly string[];
}

export interface AccountHost {
  /** As a storage account's: a host, no path, no slash. */
  readonly origin: string;
  readonly requests: readonly StorageRequest[];
  stop(): Promise<void>;
}

/**
 * Stands in for a storage account's own host. It records each request and passes it on to Azurite, which
 * reads the account from such a host name. Azurite decides which requests are allowed.
 */
export async function startAccountHost(tls: SelfSigned, host: string, azuritePort: number): Promise<AccountHost> {
  const requests: StorageRequest[] = [];
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming;
    const text = (await buffer(incoming)).toString();
    const addresses = text.match(/https:\S+/g) ?? [];
    requests.push({ method, path: url, authorization: headers.authorization, addresses });
    // Only within a transaction does Azurite look for the account in the path, whatever the host.
    const inner = `https://${headers.host}/`;
    const body = text.replaceAll(inner, `${inner}devstoreaccount1/`);
    const forwarded = request({
      host: '127.0.0.1',
      port: azuritePort,
      ca: tls.certificate,
      method,
      path: url,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      servername: host,
    });
    forwarded.once('error', (error) => outgoing.destroy(error));
    forwarded.once('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    forwarded.end(body);
  };
  const server = createHttpsServer({ cert: tls.certificate, key: tls.key }, (incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const port = await listen(server);
  return { origin: `https://${host}:${port}`, requests, stop: () => close(server) };
}

export interface TokenRequest {
  readonly apiVersion: string | null;
  readonly resource: string | null;
  readonly clientId: string | null;
  readonly secret: string | undefined;
}

export interface IdentityEndpoint {
  /** The settings that App Service gives to an app with an identity. */
  readonly environment: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** The only token that it gives out. */
  readonly token: string;
  readonly requests: readonly TokenRequest[];
  stop(): Promise<void>;
}

/**
 * The endpoint from which an app with a managed identity gets its tokens in App Service. This one gives every
 * caller a token for `audience`.
 */
export async function startIdentityEndpoint(audience: string): Promise<IdentityEndpoint> {
  const now = Math.floor(Date.now() / 1_000);
  // An hour on either side, so that no clock needs to be exact.
  const expires = now + 3_600;
  const claims = {
    aud: audience,
    iss: 'https://sts.windows.net/tenant/',
    iat: now - 3_600,
    nbf: now - 3_600,
    exp: expires,
    // The identity that gets the key for links.
    oid: '22222222-2222-4333-8444-555555555555',
    tid: '33333333-2222-4333-8444-555555555555',
  };
  const token = [{ alg: 'RS256', typ: 'JWT' }, claims, 'unsigned']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const requests: TokenRequest[] = [];
  const server = createHttpServer((incoming, outgoing) => {
    const { searchParams } = new URL(incoming.url ?? '', 'http://127.0.0.1');
    const secret = incoming.headers['x-identity-header'];
    requests.push({
      apiVersion: searchParams.get('api-version'),
      resource: searchParams.get('resource'),
      clientId: searchParams.get('client_id'),
      secret: typeof secret === 'string' ? secret : undefined,
    });
    outgoing.setHeader('content-type', 'application/json');
    const answer = { access_token: token, expires_on: String(expires), resource: audience, token_type: 'Bearer' };
    outgoing.end(JSON.stringify(answer));
  });
  const port = await listen(server);
  return {
    environment: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: 'known-to-the-app' },
    token,
    requests,
    stop: () => close(server),
  };
}

async function listen(server: HttpServer | HttpsServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port: this cannot happen.');
  return address.port;
}

async function close(server: HttpServer | HttpsServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
