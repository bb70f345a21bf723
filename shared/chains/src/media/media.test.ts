import { describe, expect, it } from 'vitest';
import { edgesOf, seen, succeeded, taskOf } from '../node-of.fixture.ts';
import { media } from './media.ts';

const { definition } = media;
const file = (name: string) => ({ container: 'library', name, bytes: 1 });
const metadata = {
  format: 'MPEG-4',
  seconds: 3,
  width: 320,
  height: 240,
  videoCodec: 'AVC',
  audioCodec: 'AAC',
};
const nodes = {
  scan: succeeded({
    file: { container: 'uploads', name: 'a.mp4', bytes: 1 },
    etag: '"1"',
    type: 'video/mp4',
    by: 'eicar',
  }),
  copy: succeeded(file('a.mp4')),
  metadata: succeeded(metadata),
  transcode: succeeded(file('web.mp4')),
  thumbnail: succeeded(file('thumb.jpg')),
  loudness: succeeded({ lufs: -23 }),
};
const view = seen({ blob: 'a.mp4' }, nodes);

describe('media', () => {
  it('passes a file on, processes it in parallel, and joins', () => {
    expect(edgesOf(definition)).toEqual({
      scan: [],
      copy: ['scan'],
      metadata: ['copy'],
      database: ['metadata'],
      audit: ['metadata'],
      transcode: ['copy'],
      thumbnail: ['transcode'],
      loudness: ['transcode'],
      notify: ['database', 'audit', 'thumbnail', 'loudness'],
    });
  });

  it('does not continue behind a failed node: nothing follows an infected file', () => {
    expect(definition.nodes.filter(({ onFailure, when }) => onFailure !== 'fail' || when !== undefined)).toEqual([]);
  });

  it.each([{ blob: 'folder/a.mp4' }, { url: 'https://files.example/a.mp4' }])('takes %j', (input) => {
    expect(definition.input.parse(input)).toEqual(input);
  });

  it.each([{}, { blob: '' }, { url: 'ftp://files.example/a' }, { blob: 'a', url: 'https://files.example/a' }])(
    'refuses %j',
    (input) => {
      expect(definition.input.safeParse(input).success).toBe(false);
    },
  );

  it('passes to each task what it needs of its predecessors', () => {
    const inputs = ['scan', 'copy', 'transcode', 'thumbnail', 'notify'].map((name) =>
      taskOf(definition, name).input?.(view),
    );
    expect(inputs).toEqual([
      undefined,
      { file: { container: 'uploads', name: 'a.mp4', bytes: 1 }, etag: '"1"', type: 'video/mp4', by: 'eicar' },
      { file: file('a.mp4'), type: 'video/mp4' },
      { file: file('web.mp4') },
      {
        source: { blob: 'a.mp4' },
        library: file('a.mp4'),
        type: 'video/mp4',
        metadata,
        web: file('web.mp4'),
        thumbnail: file('thumb.jpg'),
        loudness: { lufs: -23 },
      },
    ]);
    expect(taskOf(definition, 'database').input?.(view)).toMatchObject({ file: file('a.mp4'), scannedBy: 'eicar' });
    expect(taskOf(definition, 'audit').input?.(view)).toMatchObject({ source: { blob: 'a.mp4' }, scannedBy: 'eicar' });
  });

  it('outputs the files and the scanner', () => {
    expect(definition.output(view)).toMatchObject({
      scannedBy: 'eicar',
      web: file('web.mp4'),
      loudness: { lufs: -23 },
    });
  });
});
