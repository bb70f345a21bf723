import { isRestError } from '@azure/core-rest-pipeline';
import type { CallResult } from './call-result.ts';
import { type EndpointWords, forPeople, readErrorWords } from './endpoint-words.ts';
import type { FaceAnswer } from './face-client.ts';
import { EndpointRefusesEmotionError } from './face-errors.ts';
import { readFaces } from './read-faces.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * The delay before an item is tried again after a failure that an operator must fix: a key, a role, an
 * address. No call helps within seconds. An operator who is watching a first run can fix it during a few
 * minutes of tries.
 */
const OPERATOR_MS = 60_000;

const BUSY_HOST = 'ImageHostBusy';

/**
 * The codes with which Tally's own face service says that a download failed and may succeed later. Azure
 * doesn't distinguish that from a dead link.
 */
const fromImageHost = new Set([BUSY_HOST, 'ImageHostError', 'ImageHostUnreachable', 'ImageHostTimeout']);

/**
 * Decides what an answer means for its image.
 * @param now milliseconds since 1970
 * @throws EndpointRefusesEmotionError
 */
export function readAnswer(answer: FaceAnswer, endpoint: string, now: number): CallResult {
  if (answer.status === 200) return readSuccess(answer);
  const words = readErrorWords(answer.body);
  const said = `${answer.status} ${words.codes.join(' ')}${words.message === '' ? '' : `: ${words.message}`}`;
  if (refusesEmotion(answer.status, words)) throw new EndpointRefusesEmotionError(endpoint, said);
  const again = (code: string, message: string, afterMs: number): CallResult => ({
    kind: 'retry',
    error: { code, message: `${message} (${said})` },
    retryAfterMs: afterMs,
    overloaded: answer.status === 429 ? 'endpoint' : 'none',
  });
  const asked = retryAfterMs(answer.headers, now);
  switch (answer.status) {
    case 401:
      return again('FaceUnauthorized', UNAUTHORIZED, OPERATOR_MS);
    case 403:
      return /quota/i.test(words.message)
        ? again('FaceQuotaExceeded', "The Face endpoint's call quota is used up", Math.max(asked, OPERATOR_MS))
        : again('FaceUnauthorized', UNAUTHORIZED, OPERATOR_MS);
    case 404:
      return again('FaceEndpointNotFound', NOT_FOUND, OPERATOR_MS);
    case 408:
      return again('FaceTimeout', 'The Face endpoint timed out', asked);
    case 429:
      return again('TooManyRequests', 'The Face endpoint is overloaded', asked);
  }
  if (answer.status >= 500) return again('FaceUnavailable', 'The Face endpoint has an internal error', asked);
  // Redirects aren't followed, and a Face endpoint gives no other answer below 400.
  if (answer.status < 400) return again('FaceEndpointNotFound', NOT_FOUND, OPERATOR_MS);
  const ofHost = words.codes.find((code) => fromImageHost.has(code));
  if (ofHost !== undefined) {
    return {
      kind: 'retry',
      error: { code: ofHost, message: words.message || said },
      retryAfterMs: asked,
      overloaded: ofHost === BUSY_HOST ? 'image-host' : 'none',
    };
  }
  return { kind: 'failed', error: { code: imageCode(answer.status, words), message: words.message || said } };
}

const UNAUTHORIZED =
  "The Face endpoint denies access: check FACE_KEY, or without a key the app identity's role and the endpoint's firewall";
const NOT_FOUND = 'No Face endpoint answers there: check FACE_ENDPOINT, which ends before /face';

function readSuccess({ body }: FaceAnswer): CallResult {
  const reading = readFaces(body);
  switch (reading.kind) {
    case 'faces':
      return { kind: 'succeeded', result: reading.faces };
    case 'no-emotion':
      return {
        kind: 'failed',
        error: {
          code: 'EmotionUnavailable',
          message: 'The Face endpoint found a face but left out its emotion',
        },
      };
    case 'unreadable':
      return {
        kind: 'retry',
        error: {
          code: 'InvalidResponse',
          message: forPeople(`The Face endpoint's answer is invalid: ${reading.why}`),
        },
        retryAfterMs: 0,
        overloaded: 'none',
      };
  }
}

/** Codes of a request that is itself wrong. The message says what is wrong with it. */
const ABOUT_THE_REQUEST = new Set(['BadArgument', 'InvalidRequest', 'InvalidArgument', '400', '403']);

/**
 * Emotion is the only attribute that Tally asks for, so an unsupported feature or attribute means emotion.
 *
 * Two answers were seen from Azure. One is 403 InvalidRequest with the inner code UnsupportedFeature, for
 * features that need an approval that no customer can get. The other is 400 BadArgument "Only face attributes
 * '…' are supported by detection_03." The text alone isn't proof: a message about an image may quote its URL.
 */
function refusesEmotion(status: number, { codes, message }: EndpointWords): boolean {
  if (status !== 400 && status !== 403) return false;
  if (codes.some((code) => /^(Un|Not)Supported(Feature|Attribute)$/i.test(code))) return true;
  return codes.every((code) => ABOUT_THE_REQUEST.has(code)) && /emotion|attribute/i.test(message);
}

/**
 * Azure's own code for the fault: the inner one if there is one. A bare number isn't a word to group failures
 * by.
 */
function imageCode(status: number, { codes }: EndpointWords): string {
  const inner = codes.at(-1);
  return inner !== undefined && /^[A-Za-z]\w{0,63}$/.test(inner) ? inner : `Http${status}`;
}

/**
 * How the errors of the identity library are called. By name: importing their classes would load the library at
 * every start, also of an app with a key.
 */
const SIGN_IN_ERRORS: ReadonlySet<string> = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);
const NO_KEY = 'FACE_KEY is missing, and there is no identity to call the Face endpoint with';

/**
 * Decides what a call without an answer means for its image.
 * @param timedOutMs the call's time-out, if that ended the call
 * @throws `error` itself when it comes from neither the network nor the sign-in: a bug of Tally must not look
 * like an outage
 */
export function readFailure(error: unknown, timedOutMs: number | undefined): CallResult {
  const again = (code: string, message: string, afterMs = 0): CallResult => ({
    kind: 'retry',
    error: { code, message: forPeople(message) },
    retryAfterMs: afterMs,
    overloaded: 'none',
  });
  if (timedOutMs !== undefined)
    return again('FaceTimeout', `The Face endpoint gave no answer within ${timedOutMs / 1_000} s`);
  if (isRestError(error)) return again('FaceUnavailable', `The Face endpoint can't be reached: ${error.message}`);
  if (error instanceof Error && SIGN_IN_ERRORS.has(error.name)) {
    return again('FaceUnauthorized', `${NO_KEY}: ${error.message}`, OPERATOR_MS);
  }
  throw error;
}
