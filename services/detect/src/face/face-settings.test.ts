import { describe, expect, test } from 'vitest';
import { faceSettingsOf, faceSettingsSchema } from './face-settings.ts';

function settingsOf(environment: Record<string, string>) {
  return faceSettingsOf(faceSettingsSchema.parse(environment));
}

function problemsOf(environment: Record<string, string>) {
  const parsed = faceSettingsSchema.safeParse(environment);
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n');
}

describe('settings', () => {
  test('have defaults for all but the endpoint and its key', () => {
    expect(settingsOf({ FACE_ENDPOINT: 'http://127.0.0.1:7075/', FACE_KEY: 'k' })).toEqual({
      endpoint: 'http://127.0.0.1:7075',
      key: 'k',
      timeoutMs: 60_000,
      concurrency: 32,
    });
  });

  test('are read; blank ones count as absent', () => {
    const settings = settingsOf({
      FACE_ENDPOINT: 'https://my.cognitiveservices.azure.com',
      FACE_KEY: '',
      TALLY_FACE_TIMEOUT_SECONDS: '5',
      TALLY_FACE_CONCURRENCY: '',
    });
    expect(settings).toMatchObject({ key: undefined, timeoutMs: 5_000, concurrency: 32 });
  });

  test.each([
    ['no endpoint', {}, /^FACE_ENDPOINT .*must be the http\(s\) URL/],
    ['another scheme', { FACE_ENDPOINT: 'ftp://a.example' }, /^FACE_ENDPOINT /],
    ['a key in the URL', { FACE_ENDPOINT: 'https://a.example/?key=1' }, /a key goes into FACE_KEY/],
    ['no key for plain http', { FACE_ENDPOINT: 'http://localhost:1' }, /^FACE_KEY is missing/],
    ['plain http to elsewhere', { FACE_ENDPOINT: 'http://a.example', FACE_KEY: 'k' }, /TALLY_FACE_ALLOW_HTTP=true/],
    [
      'no patience',
      { FACE_ENDPOINT: 'https://a.example', TALLY_FACE_TIMEOUT_SECONDS: '0' },
      /TALLY_FACE_TIMEOUT_SECONDS/,
    ],
    ['half a call', { FACE_ENDPOINT: 'https://a.example', TALLY_FACE_CONCURRENCY: '0.5' }, /TALLY_FACE_CONCURRENCY/],
  ])('with %s are refused by name', (_what, environment, problem) => {
    expect(problemsOf(environment)).toMatch(problem);
  });

  test('allow plain http to other machines if set so', () => {
    const environment = { FACE_ENDPOINT: 'http://face:8080', FACE_KEY: 'k', TALLY_FACE_ALLOW_HTTP: 'true' };
    expect(settingsOf(environment).endpoint).toBe('http://face:8080');
  });
});
