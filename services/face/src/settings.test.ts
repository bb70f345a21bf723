import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('settings', () => {
  it('need nothing but the key', () => {
    expect(readSettings({ FACE_KEY: 'k', TALLY_FACE_WORKERS: '' })).toEqual({
      key: 'k',
      temperature: 4,
      confidence: 0.5,
      workers: availableParallelism(),
      queueLimit: 64,
      allowHosts: new Set(),
    });
  });

  it('are all read', () => {
    expect(
      readSettings({
        FACE_KEY: 'k',
        TALLY_FACE_TEMPERATURE: '2.5',
        TALLY_FACE_CONFIDENCE: '0.3',
        TALLY_FACE_WORKERS: '3',
        TALLY_FACE_QUEUE: '0',
        TALLY_FACE_ALLOW_HOSTS: '127.0.0.1:8080, [::1]:81 ,Photos.Internal:443',
      }),
    ).toEqual({
      key: 'k',
      temperature: 2.5,
      confidence: 0.3,
      workers: 3,
      queueLimit: 0,
      allowHosts: new Set(['127.0.0.1:8080', '[::1]:81', 'photos.internal:443']),
    });
  });

  it('name every missing and wrong one in one error', () => {
    const wrong = () =>
      readSettings({
        TALLY_FACE_TEMPERATURE: '0',
        TALLY_FACE_CONFIDENCE: 'high',
        TALLY_FACE_WORKERS: '1.5',
        TALLY_FACE_QUEUE: '-1',
        TALLY_FACE_ALLOW_HOSTS: 'http://127.0.0.1:8080',
      });
    for (const name of ['FACE_KEY', '_TEMPERATURE', '_CONFIDENCE', '_WORKERS', '_QUEUE', '_ALLOW_HOSTS']) {
      expect(wrong).toThrow(name);
    }
    expect(wrong).not.toThrow('\n');
  });

  it.each(['', undefined])('stop the start without a key (%j), and say what it is', (key) => {
    expect(() => readSettings({ FACE_KEY: key })).toThrow('FACE_KEY: is missing: the key that callers must send');
  });
});
