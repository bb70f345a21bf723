import { describe, expect, it, vi } from 'vitest';
import { rateLimited } from './contract/face-error.ts';
import type { Detection } from './detector/detection.ts';
import { type DetectDependencies, handleDetect } from './handle-detect.ts';
import { handleHealth } from './handle-health.ts';
import type { DetectRequest } from './read-image.ts';

const detection: Detection = {
  tensors: 1,
  faces: [{ rectangle: { left: 1, top: 2, width: 40, height: 50 }, score: 0.9, expression: undefined }],
};

function dependencies(overrides: Partial<DetectDependencies> = {}) {
  const release = vi.fn();
  const detect = vi.fn(async () => detection);
  const fetchImage = vi.fn(async () => new Uint8Array(2000));
  return {
    release,
    detect,
    fetchImage,
    service: { key: 'secret', pool: { admit: () => ({ detect, release }) }, fetchImage, ...overrides },
  };
}

interface Call {
  readonly key?: string;
  readonly version?: string;
  readonly query?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  /** The body's length isn't announced. */
  readonly isChunked?: boolean;
}

function request({
  key = 'secret',
  version = 'v1.2',
  query = 'returnFaceId=false',
  type = 'application/json',
  body = '{"url":"http://a.example/b.jpg"}',
  isChunked = false,
}: Call = {}): DetectRequest {
  const headers = new Headers({
    ...(key !== '' && { 'Ocp-Apim-Subscription-Key': key }),
    ...(type !== '' && { 'Content-Type': type }),
    ...(!isChunked && { 'Content-Length': String(body.length) }),
  });
  return {
    params: { version },
    query: new URLSearchParams(query),
    headers,
    arrayBuffer: async () => new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body).buffer,
  };
}

const bytes = (length: number): Call => ({ type: 'application/octet-stream', body: new Uint8Array(length) });

/** Matches text that contains this part. It is typed, which vitest's own matcher isn't. */
const containing = (part: string): unknown => expect.stringContaining(part);

describe('a detect call', () => {
  it('answers with the faces of the image behind the URL, and releases its place', async () => {
    const { service, release, fetchImage } = dependencies();
    const { response, error } = await handleDetect(request(), service);
    expect(response).toEqual({
      status: 200,
      headers: {},
      jsonBody: [{ faceRectangle: { top: 2, left: 1, width: 40, height: 50 } }],
    });
    expect(error).toBeUndefined();
    expect(fetchImage).toHaveBeenCalledWith('http://a.example/b.jpg');
    expect(release).toHaveBeenCalledOnce();
  });

  it('takes the bytes themselves, from 1 KB to 6 MB', async () => {
    const { service, fetchImage, detect } = dependencies();
    for (const length of [1024, 6 * 1024 * 1024]) {
      expect((await handleDetect(request(bytes(length)), service)).response.status).toBe(200);
    }
    expect(fetchImage).not.toHaveBeenCalled();
    expect(detect).toHaveBeenCalledTimes(2);
  });

  it('refuses a body without an announced length: the Functions host passes none of it on', async () => {
    const { service, detect } = dependencies();
    for (const call of [{}, bytes(2000)]) {
      // What the host passes on: the headers without a body.
      const { response } = await handleDetect(request({ ...call, body: '', isChunked: true }), service);
      expect(response).toMatchObject({
        status: 411,
        headers: { 'x-ms-error-code': 'LengthRequired' },
        jsonBody: { error: { message: containing('not chunked') } },
      });
    }
    expect(detect).not.toHaveBeenCalled();
  });

  it('computes expressions only if asked for', async () => {
    const { service, detect } = dependencies();
    await handleDetect(request({ query: 'returnFaceId=false&returnFaceAttributes=emotion' }), service);
    expect(detect).toHaveBeenLastCalledWith(expect.objectContaining({ withExpression: true }));
    await handleDetect(request(), service);
    expect(detect).toHaveBeenLastCalledWith(expect.objectContaining({ withExpression: false }));
  });

  it.each<[string, Call, number, string, string]>([
    ['without a key', { key: '' }, 401, '401', 'invalid subscription key'],
    ['with a wrong key', { key: 'other' }, 401, '401', 'invalid subscription key'],
    ['of an unknown version', { version: 'v9' }, 404, '404', 'Resource not found'],
    ['that wants face ids', { query: '' }, 403, 'UnsupportedFeature', 'returnFaceId=false'],
    [
      'for an unknown attribute',
      { query: 'returnFaceId=false&returnFaceAttributes=mood' },
      400,
      'BadArgument',
      "'returnFaceAttributes' is invalid.",
    ],
    ['without a content type', { type: '' }, 415, 'UnsupportedMediaType', 'Unsupported media type'],
    ['with a form', { type: 'multipart/form-data' }, 415, 'UnsupportedMediaType', 'Unsupported media type'],
    ['whose body is not JSON', { body: '{url' }, 400, 'BadArgument', 'JSON parsing error.'],
    ['whose body is not UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22) }, 400, 'BadArgument', 'JSON parsing error.'],
    ['whose body has no url', { body: '{"uri":"http://a.example"}' }, 400, 'BadArgument', 'Request body is invalid.'],
    ['whose url is not text', { body: '{"url":7}' }, 400, 'BadArgument', 'Request body is invalid.'],
    ['whose body is null', { body: 'null' }, 400, 'BadArgument', 'Request body is invalid.'],
    [
      'whose body is endless',
      { body: `{"url":"http://a.example/${'x'.repeat(70_000)}"}` },
      400,
      'BadArgument',
      'Request body is invalid.',
    ],
    ['of an empty image', bytes(0), 400, 'InvalidImageSize', 'too small'],
    ['of less than 1 KB', bytes(1023), 400, 'InvalidImageSize', 'too small'],
    ['of more than 6 MB', bytes(6 * 1024 * 1024 + 1), 400, 'InvalidImageSize', 'too big'],
  ])("%s is answered in the contract's error form before any work", async (_what, call, status, code, message) => {
    const admit = vi.fn();
    const { service } = dependencies({ pool: { admit } });
    const { response } = await handleDetect(request(call), service);
    expect(response).toMatchObject({
      status,
      headers: { 'x-ms-error-code': code },
      jsonBody: { error: { code, message: containing(message) } },
    });
    expect(admit).not.toHaveBeenCalled();
  });

  it('with parameters after its content type is accepted', async () => {
    const { service } = dependencies();
    const { response } = await handleDetect(request({ type: 'Application/JSON; charset=utf-8' }), service);
    expect(response.status).toBe(200);
  });

  it('downloads nothing while the line is full, and says when to retry', async () => {
    const admit = () => {
      throw rateLimited(3);
    };
    const { service, fetchImage } = dependencies({ pool: { admit } });
    const { response } = await handleDetect(request(), service);
    expect(response).toEqual({
      status: 429,
      headers: { 'x-ms-error-code': '429', 'retry-after': '3' },
      jsonBody: { error: { code: '429', message: 'Rate limit is exceeded. Try again in 3 seconds.' } },
    });
    expect(fetchImage).not.toHaveBeenCalled();
  });

  it('refuses a download that is too small', async () => {
    const { service, release } = dependencies({ fetchImage: async () => new Uint8Array(10) });
    expect((await handleDetect(request(), service)).response).toMatchObject({
      status: 400,
      jsonBody: { error: { code: 'InvalidImageSize' } },
    });
    expect(release).toHaveBeenCalledOnce();
  });

  it('tells an unexpected error to the log, and nothing of it to the caller', async () => {
    const cause = new Error('disk on fire');
    const fetchImage = () => Promise.reject(cause);
    const { service, release } = dependencies({ fetchImage });
    const { response, error } = await handleDetect(request(), service);
    expect(response).toMatchObject({ status: 500, jsonBody: { error: { code: 'InternalServerError' } } });
    expect(JSON.stringify(response)).not.toContain('fire');
    expect(error?.cause).toBe(cause);
    expect(release).toHaveBeenCalledOnce();
  });
});

describe('health', () => {
  const health = { workers: 2, ready: 0, queued: 0, admitted: 0, capacity: 66, lastFailure: 'no such file: /secret' };

  it('does not reveal why a worker ended', () => {
    expect(JSON.stringify(handleHealth(health))).not.toContain('secret');
  });

  it('is 503 until a worker is ready', () => {
    expect(handleHealth(health)).toMatchObject({ status: 503, jsonBody: { status: 'starting', workers: 2 } });
    expect(handleHealth({ ...health, ready: 1 })).toMatchObject({ status: 200, jsonBody: { status: 'ready' } });
  });
});
