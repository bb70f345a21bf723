import type { RecordedItem } from './recorded-shard.ts';

/** The output of a run over these items, computed directly without Tally's code. */
export function expectedOutput(total: number, items: readonly RecordedItem[]) {
  const values = items.flatMap(({ outcome }) =>
    outcome?.status === 'succeeded' ? outcome.result.faces.map(({ happiness }) => happiness) : [],
  );
  const succeeded = items.filter(({ outcome }) => outcome?.status === 'succeeded').length;
  const failed = items.filter(({ outcome }) => outcome?.status === 'failed');
  const byCode = Object.groupBy(failed, ({ outcome }) => (outcome?.status === 'failed' ? outcome.error.code : ''));
  const millionths = values.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
  // A run that tolerates all failures completes without a face.
  const hasFaces = values.length > 0;
  return {
    min_val: hasFaces ? Math.min(...values) : null,
    max_val: hasFaces ? Math.max(...values) : null,
    mean: hasFaces ? Math.round(millionths / values.length) / 1e6 : null,
    faces: values.length,
    images: { total, succeeded, failed: failed.length, noFace: 0 },
    failures: Object.entries(byCode)
      .map(([code, list = []]) => ({ code, count: list.length }))
      .sort((a, b) => (a.code < b.code ? -1 : 1)),
  };
}
