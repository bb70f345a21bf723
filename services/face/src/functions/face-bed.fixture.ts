import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { AzureKeyCredential } from '@azure/core-auth';
import createFaceClient, {
  type DetectFromUrlParameters,
  type FaceClient,
  isUnexpected,
} from '@azure-rest/ai-vision-face';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { composeFaceService, type FaceService } from '../composition.ts';
import { handleDetect } from '../handle-detect.ts';
import { readSettings } from '../settings.ts';
import { serveFace } from './serve-face.fixture.ts';

const { resolve } = createRequire(import.meta.url);

/** The bytes of sample photo 1 to 6, which are in the models' npm package. */
export const readSample = (number: number): Buffer =>
  readFileSync(resolve(`@vladmandic/face-api/demo/sample${number}.jpg`));

type Query = NonNullable<DetectFromUrlParameters['queryParameters']>;

interface CallOptions {
  readonly query?: Query;
  readonly by?: FaceClient;
  readonly abortSignal?: AbortSignal;
}

const everything: Query = { returnFaceAttributes: ['emotion', 'smile'], returnFaceId: false };

const key = 'test-key';

/** One worker and seven places in line. */
export const places = 8;

export type FaceBed = Awaited<ReturnType<typeof startFaceBed>>;

/**
 * The complete service over real HTTP with the real models, called by the real client library. Beside it is a
 * photo server that the service may fetch from. That server has what `photos` holds by path (a text is a
 * redirect target). It never answers `/never.jpg`.
 */
export async function startFaceBed() {
  const photos = new Map<string, Buffer | string>();
  const hanging: ServerResponse[] = [];
  const photoServer = createServer((request, response) => {
    if (request.url === '/never.jpg') {
      hanging.push(response);
      return;
    }
    const photo = photos.get(request.url ?? '');
    if (photo === undefined) response.writeHead(404).end();
    else if (typeof photo === 'string') response.writeHead(302, { location: photo }).end();
    else response.end(photo);
  });
  const photoHost = `127.0.0.1:${await listenOnLoopback(photoServer)}`;
  const statuses: number[] = [];
  const service = composeForTest(photoHost);
  const server = await serveFace(async (request) => {
    const { response } = await handleDetect(request, service);
    statuses.push(response.status);
    return response;
  });

  const newClient = (sentKey = key, maxRetries = 0): FaceClient =>
    createFaceClient(server.origin, new AzureKeyCredential(sentKey), {
      allowInsecureConnection: true,
      retryOptions: { maxRetries },
    });
  const client = newClient();

  return {
    service,
    photos,
    photoOrigin: `http://${photoHost}`,
    /** Requests for `/never.jpg`. */
    hanging,
    /** Statuses of all answers so far. */
    statuses,
    newClient,
    // Async, because the client library sends nothing until its answer is awaited.
    detectUrl: async (url: string, { query = everything, by = client, ...rest }: CallOptions = {}) =>
      await by
        .path('/detect')
        .post({ contentType: 'application/json', body: { url }, queryParameters: query, ...rest }),
    detectBytes: async (body: Uint8Array) =>
      await client.path('/detect').post({ contentType: 'application/octet-stream', body, queryParameters: everything }),
    close: async () => {
      await server.close();
      await closeServer(photoServer);
      await service.pool.close();
    },
  };
}

function composeForTest(photoHost: string): FaceService {
  const settings = readSettings({
    FACE_KEY: key,
    TALLY_FACE_WORKERS: '1',
    TALLY_FACE_QUEUE: String(places - 1),
    TALLY_FACE_ALLOW_HOSTS: photoHost,
  });
  return composeFaceService(settings, () => undefined);
}

type Answer = Awaited<ReturnType<FaceBed['detectUrl']>>;

/**
 * Status, code and message of an answer. The answer must be an error in the contract's form, including its
 * header.
 */
export function errorOf(answer: Answer): { status: string; code: string; message: string } {
  if (!isUnexpected(answer)) throw new Error(`no error: ${JSON.stringify(answer.body)}`);
  const { code, message } = answer.body.error;
  if (answer.headers['x-ms-error-code'] !== code) throw new Error(`header says ${answer.headers['x-ms-error-code']}`);
  return { status: answer.status, code, message };
}
