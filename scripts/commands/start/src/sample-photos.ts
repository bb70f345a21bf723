import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const sampleCount = 6;

/** Paths of the photos that lie beside the face model in its npm package. */
export function samplePhotos(): string[] {
  const folder = dirname(require.resolve('@vladmandic/face-api/package.json'));
  return Array.from({ length: sampleCount }, (_, index) => join(folder, 'demo', `sample${index + 1}.jpg`));
}
