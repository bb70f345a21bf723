import { readSettings } from '@tally/functions-kit';
import { expect, test } from 'vitest';
import { mediaSettingsOf, mediaSettingsSchema } from './settings.ts';

const read = (env: Record<string, string>) => mediaSettingsOf(readSettings(mediaSettingsSchema, env));

test('no setting is required: no clamd, no webhook, no internal address', () => {
  expect(read({})).toEqual({
    clamd: undefined,
    maxBytes: 100 * 2 ** 20,
    maxSeconds: 300,
    allowHosts: new Set(),
    webhook: undefined,
    ffmpeg: undefined,
  });
});

test('all can be set', () => {
  const settings = read({
    CLAMD_HOST: 'scanner',
    CLAMD_PORT: '3311',
    TALLY_MEDIA_MAX_MB: '1',
    TALLY_MEDIA_MAX_SECONDS: '10',
    TALLY_MEDIA_ALLOW_HOSTS: '127.0.0.1:8080, Files.example:80',
    TALLY_WEBHOOK_URL: 'https://hooks.example/media',
    TALLY_WEBHOOK_SECRET: 'sixteen letters!',
    TALLY_WEBHOOK_ALLOW_HOSTS: '127.0.0.1:9000',
    TALLY_FFMPEG: '/usr/bin/ffmpeg',
  });
  expect(settings).toEqual({
    clamd: { host: 'scanner', port: 3311 },
    maxBytes: 2 ** 20,
    maxSeconds: 10,
    allowHosts: new Set(['127.0.0.1:8080', 'files.example:80']),
    webhook: {
      url: 'https://hooks.example/media',
      secret: 'sixteen letters!',
      allowHosts: new Set(['127.0.0.1:9000']),
    },
    ffmpeg: '/usr/bin/ffmpeg',
  });
});

test('a clamd without a port uses its default port', () => {
  expect(read({ CLAMD_HOST: '127.0.0.1' }).clamd).toEqual({ host: '127.0.0.1', port: 3310 });
});

test.each([
  ['CLAMD_PORT', '0'],
  ['TALLY_MEDIA_MAX_MB', '251'],
  ['TALLY_MEDIA_MAX_SECONDS', 'long'],
  ['TALLY_MEDIA_ALLOW_HOSTS', 'no-port'],
  ['TALLY_WEBHOOK_URL', 'ftp://hooks.example'],
  ['TALLY_WEBHOOK_SECRET', 'short'],
])('%s must not be %j, and is named without its value', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
  if (value.length > 3) expect(() => read({ [name]: value })).not.toThrow(value);
});
