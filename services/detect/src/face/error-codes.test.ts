import { RestError } from '@azure/core-rest-pipeline';
import { CredentialUnavailableError } from '@azure/identity';
import { describe, expect, test } from 'vitest';
import { readAnswer, readFailure } from './error-codes.ts';
import type { FaceAnswer } from './face-client.ts';
import { EndpointRefusesEmotionError } from './face-errors.ts';

const containing = (part: string): unknown => expect.stringContaining(part);
const endpoint = 'https://face.example';
const answer = (status: number, body?: unknown, headers: FaceAnswer['headers'] = {}): FaceAnswer => ({
  status,
  headers,
  body,
});
const error = (code: string, message = '') => ({ error: { code, message } });
const read = (given: FaceAnswer) => readAnswer(given, endpoint, 0);

test('200 is a success with its faces', () => {
  expect(read(answer(200, []))).toEqual({ kind: 'succeeded', result: { faces: [] } });
});

test('an invalid body with 200 is tried again, as InvalidResponse', () => {
  expect(read(answer(200, '<html>'))).toMatchObject({
    kind: 'retry',
    error: { code: 'InvalidResponse' },
    overloaded: 'none',
  });
});

test('200 without emotion fails its image, as EmotionUnavailable', () => {
  const faceRectangle = { top: 0, left: 0, width: 1, height: 1 };
  expect(read(answer(200, [{ faceRectangle }]))).toMatchObject({
    kind: 'failed',
    error: { code: 'EmotionUnavailable' },
  });
});

describe('a fault of the image fails it at once', () => {
  test.each([
    ['InvalidImage', 400, error('InvalidImage', 'Decoding error, image format unsupported.')],
    ['InvalidURL', 400, error('InvalidURL', 'Invalid image URL.')],
    ['InvalidImageSize', 400, error('InvalidImageSize', 'Image size is too small.')],
    [
      'FailedToDownloadImage',
      400,
      { error: { ...error('InvalidRequest').error, innererror: { code: 'FailedToDownloadImage' } } },
    ],
    ['BadArgument', 400, error('BadArgument', 'JSON parsing error.')],
    ['UnsupportedMediaType', 415, error('UnsupportedMediaType')],
    ['Http413', 413, '<html>too large</html>'],
    ['Http415', 415, error('415')],
  ])("with Azure's code %s", (code, status, body) => {
    expect(read(answer(status, body))).toMatchObject({
      kind: 'failed',
      error: { code, message: containing(' ') },
    });
  });
});

describe('a transient answer is tried again', () => {
  test.each([
    [408, 'FaceTimeout', 'none'],
    [429, 'TooManyRequests', 'endpoint'],
    [500, 'FaceUnavailable', 'none'],
    [502, 'FaceUnavailable', 'none'],
    [503, 'FaceUnavailable', 'none'],
  ])('%d as %s, after its Retry-After', (status, code, overloaded) => {
    expect(read(answer(status, undefined, { 'retry-after': '2' }))).toMatchObject({
      kind: 'retry',
      error: { code },
      retryAfterMs: 2_000,
      overloaded,
    });
    expect(read(answer(status))).toMatchObject({ retryAfterMs: 0 });
  });
});

describe("a transient failure of the image's host is tried again", () => {
  test.each([
    ['ImageHostBusy', 'image-host'],
    ['ImageHostError', 'none'],
    ['ImageHostUnreachable', 'none'],
    ['ImageHostTimeout', 'none'],
  ])('%s, after its Retry-After', (code, overloaded) => {
    expect(read(answer(400, error(code, 'It said 503.'), { 'retry-after': '3' }))).toEqual({
      kind: 'retry',
      error: { code, message: 'It said 503.' },
      retryAfterMs: 3_000,
      overloaded,
    });
  });
});

describe('a fault that an operator must mend is tried again later, without a second call at once', () => {
  test.each([
    [401, error('401', 'Access denied due to invalid subscription key.'), 'FaceUnauthorized'],
    [403, error('403', 'Public access is disabled.'), 'FaceUnauthorized'],
    [403, error('403', 'Out of call volume quota. Quota will be replenished in 2 days.'), 'FaceQuotaExceeded'],
    [404, error('404', 'Resource not found'), 'FaceEndpointNotFound'],
    [307, undefined, 'FaceEndpointNotFound'],
  ])('%d %j as %s', (status, body, code) => {
    expect(read(answer(status, body))).toMatchObject({
      kind: 'retry',
      error: { code },
      retryAfterMs: 60_000,
      overloaded: 'none',
    });
  });
});

describe('a refused emotion attribute ends the run with an error that says what to do', () => {
  test.each([
    [
      403,
      {
        error: {
          code: 'InvalidRequest',
          message: 'Invalid request has been sent.',
          innererror: { code: 'UnsupportedFeature', message: 'Feature is not supported, missing approval.' },
        },
      },
    ],
    [403, error('UnsupportedFeature', 'Feature is not supported: the model here cannot tell emotion.')],
    [
      400,
      error('BadArgument', "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_01."),
    ],
    [400, error('BadArgument', "'returnFaceAttributes' is invalid.")],
    [400, error('InvalidRequest', 'Emotion is retired.')],
  ])('%d %j', (status, body) => {
    const reading = () => read(answer(status, body));
    expect(reading).toThrow(EndpointRefusesEmotionError);
    expect(reading).toThrow(/https:\/\/face\.example.*services\/face/);
  });

  test('but not an image whose URL contains "emotion"', () => {
    const body = error('InvalidURL', 'Invalid image URL http://photos.example/emotion-attribute.jpg');
    expect(read(answer(400, body))).toMatchObject({ kind: 'failed', error: { code: 'InvalidURL' } });
  });
});

describe('a call without an answer', () => {
  test('that timed out is tried again, as FaceTimeout', () => {
    expect(readFailure(new Error('aborted'), 60_000)).toMatchObject({
      kind: 'retry',
      error: { code: 'FaceTimeout', message: containing('60 s') },
    });
  });

  test('whose connection failed is tried again, as FaceUnavailable', () => {
    const failure = new RestError('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' });
    expect(readFailure(failure, undefined)).toMatchObject({
      kind: 'retry',
      error: { code: 'FaceUnavailable', message: containing('ECONNREFUSED') },
      retryAfterMs: 0,
    });
  });

  test('without an identity is tried again later', () => {
    expect(readFailure(new CredentialUnavailableError('no managed identity'), undefined)).toMatchObject({
      kind: 'retry',
      error: { code: 'FaceUnauthorized', message: containing('FACE_KEY is missing, and there is no identity') },
      retryAfterMs: 60_000,
    });
  });

  test('because of a bug is thrown: it must not look like an outage', () => {
    const mistake = new TypeError('not a function');
    expect(() => readFailure(mistake, undefined)).toThrow(mistake);
  });
});
