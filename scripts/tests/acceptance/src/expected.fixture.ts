import { happinessOf } from '@tally/testing';

/** Image addresses that are never fetched: the stub face service reads only the address. */
export function imageUrls(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `https://photos.example/${index}.jpg`);
}

/** The result of a run over these images, computed directly without Tally's code. */
export function expectedOutput(urls: readonly string[]) {
  const values = urls.map(happinessOf);
  const millionths = values.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
  const bars = Array.from(
    { length: 10 },
    (_, bar) => values.filter((value) => Math.min(9, Math.floor(value * 10)) === bar).length,
  );
  const min = Math.min(...values);
  const max = Math.max(...values);
  return {
    min_val: min,
    max_val: max,
    mean: Math.round(millionths / values.length) / 1e6,
    faces: values.length,
    images: { total: urls.length, succeeded: urls.length, failed: 0, noFace: 0 },
    happiest: { url: urls[values.indexOf(max)], happiness: max, index: values.indexOf(max) },
    saddest: { url: urls[values.indexOf(min)], happiness: min, index: values.indexOf(min) },
    histogram: bars,
    failures: [],
  };
}
