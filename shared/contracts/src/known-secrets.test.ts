import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretCutter, secretsOf } from './known-secrets.ts';

describe('known secrets', () => {
  it('are keys and those parts of connection strings that grant access', () => {
    const env = {
      FACE_KEY: 'face-key',
      TALLY_SMTP_PASSWORD: 'mail-word',
      TallyStorage:
        'DefaultEndpointsProtocol=https;AccountName=tally;AccountKey=c3RvcmFnZQ==;EndpointSuffix=core.windows.net',
      AzureWebJobsStorage: 'BlobEndpoint=https://a.example/;SharedAccessSignature=sv=2024&sig=abc%3D',
      TALLY_HOST_KEYS: 'full=host-key;read=read-key',
      APPLICATIONINSIGHTS_CONNECTION_STRING: undefined,
    };
    expect(secretsOf(env)).toEqual([
      'face-key',
      'mail-word',
      'c3RvcmFnZQ==',
      'sv=2024&sig=abc%3D',
      'host-key',
      'read-key',
    ]);
    expect(secretsOf({})).toEqual([]);
  });

  it.each([
    ['as they are', 'Key a/b+c= is wrong', 'Key [cut] is wrong'],
    ['in a URL', 'https://a.example/?code=a%2Fb%2Bc%3D', 'https://a.example/?code=[cut]'],
    ['more than once', 'a/b+c=a/b+c=', '[cut][cut]'],
  ])('are cut from foreign text %s', (_how, text, cut) => {
    expect(secretCutter(['a/b+c='])(text)).toBe(cut);
  });

  it('are cut completely if one contains another, and text is kept if a secret is too short', () => {
    expect(secretCutter(['pass', 'password'])('password, pass')).toBe('[cut], [cut]');
    expect(secretCutter(['a', '', undefined])('a banana')).toBe('a banana');
  });

  it('are in no text, however quoted, after the cut', () => {
    const secret = fc.string({ minLength: 4 }).filter((text) => !'[cut]'.includes(text) && text.trim().length >= 4);
    const quoted = (text: string) => fc.constantFrom(text, JSON.stringify({ text }), encodeURIComponent(text));
    const case_ = secret.chain((text) => fc.tuple(fc.constant(text), fc.constantFrom('', 'Wrong: '), quoted(text)));
    fc.assert(
      fc.property(case_, ([key, before, words]) => {
        expect(secretCutter([key])(before + words)).not.toContain(key);
      }),
    );
  });
});
