import { expect, test } from 'vitest';
import { foundItem, runOutput, statusBody } from './api-bodies.fixture.ts';
import { filePhoto } from './photos.ts';
import { type RunReport, renderReport, reportJson } from './report.ts';

const completed: RunReport = {
  id: 'r1',
  photos: ['/p/happy.jpg', '/p/tree.jpg', '/p/broken.jpg'].map(filePhoto),
  status: statusBody({ runtimeStatus: 'Completed', output: runOutput }),
  items: [
    foundItem(0, 0.98, 0.25),
    foundItem(1),
    {
      index: 2,
      url: 'https://a.example/2.jpg',
      status: 'failed',
      error: { code: 'InvalidImage', message: 'Decoding error.' },
      durationMs: 10,
    },
  ],
};

test('the readable report lists each photo by its name, then the result', () => {
  expect(renderReport(completed)).toBe(
    [
      '  happy.jpg   2 faces   happiness 0.98, 0.25',
      '  tree.jpg    no face',
      '  broken.jpg  failed: InvalidImage: Decoding error.',
      '',
      '  min_val  0.2500  happy.jpg',
      '  max_val  0.9800  happy.jpg',
      '  mean     0.6150  2 faces in 3 images (1 without a face, 1 failed)',
      '',
      'Run r1 completed.',
    ].join('\n'),
  );
});

test('without a face there is no lowest and no highest value', () => {
  const output = {
    ...runOutput,
    min_val: null,
    max_val: null,
    mean: null,
    faces: 0,
    images: { total: 1, succeeded: 1, failed: 0, noFace: 1 },
    happiest: null,
    saddest: null,
  };
  const status = { ...completed.status, output };
  expect(renderReport({ ...completed, status, items: [] })).toContain(
    'completed: 0 faces in 1 image (1 without a face).',
  );
});

test('a failed run shows its error', () => {
  const output = { code: 'AllFailed', message: 'no image succeeded' };
  const status = statusBody({ runtimeStatus: 'Failed', output });
  expect(renderReport({ ...completed, status })).toContain('Run r1 ended as Failed. AllFailed: no image succeeded');
});

test('a program gets the output and every item with the name of its photo', () => {
  expect(reportJson(completed)).toMatchObject({
    id: 'r1',
    runtimeStatus: 'Completed',
    output: { min_val: 0.25 },
    items: [{ photo: 'happy.jpg', index: 0, status: 'succeeded' }, { photo: 'tree.jpg' }, { photo: 'broken.jpg' }],
  });
});
