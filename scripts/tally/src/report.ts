import { z } from 'zod';
import type { Photo } from './photos.ts';
import type { RunItem, RunStatusBody } from './run-client.ts';

/** All that is known of a run that has ended. */
export interface RunReport {
  readonly id: string;
  readonly status: RunStatusBody;
  readonly photos: readonly Photo[];
  readonly items: readonly RunItem[];
}

const extremeSchema = z.object({ index: z.int() }).nullable();
const outputSchema = z.object({
  min_val: z.number().nullable(),
  max_val: z.number().nullable(),
  mean: z.number().nullable(),
  faces: z.int(),
  images: z.object({ total: z.int(), failed: z.int(), noFace: z.int() }),
  happiest: extremeSchema,
  saddest: extremeSchema,
});
const failureSchema = z.object({ code: z.string(), message: z.string() });

/** For a person: a line for each photo, then the result. */
export function renderReport({ id, status, photos, items }: RunReport): string {
  const nameWidth = Math.max(...photos.map(({ name }) => name.length));
  const lines = items.map((item) => `  ${nameOf(photos, item.index).padEnd(nameWidth)}  ${renderItem(item)}`);
  return [...lines, '', ...renderResult(id, status, photos)].join('\n');
}

/** For a program. */
export function reportJson({ id, status, photos, items }: RunReport): string {
  const { runtimeStatus, output } = status;
  const named = items.map((item) => ({ photo: nameOf(photos, item.index), ...item }));
  return JSON.stringify({ id, runtimeStatus, output, items: named }, null, 2);
}

function renderItem(item: RunItem): string {
  switch (item.status) {
    case 'succeeded': {
      const { faces } = item.result;
      if (faces.length === 0) return 'no face';
      const count = `${faces.length} ${faces.length === 1 ? 'face' : 'faces'}`.padEnd(8);
      return `${count}  happiness ${faces.map(({ happiness }) => happiness.toFixed(2)).join(', ')}`;
    }
    case 'failed':
      return `failed: ${item.error.code}: ${item.error.message}`;
    case 'aborted':
    case null:
      return 'no result';
  }
}

function renderResult(id: string, { runtimeStatus, output }: RunStatusBody, photos: readonly Photo[]): string[] {
  if (runtimeStatus !== 'Completed') {
    const failure = failureSchema.safeParse(output);
    const reason = failure.success
      ? `${failure.data.code}: ${failure.data.message}`
      : typeof output === 'string'
        ? output
        : 'No reason is given.';
    return [`Run ${id} ended as ${runtimeStatus}. ${reason}`];
  }
  const { min_val, max_val, mean, faces, images, happiest, saddest } = outputSchema.parse(output);
  const notes = [
    ...(images.noFace > 0 ? [`${images.noFace} without a face`] : []),
    ...(images.failed > 0 ? [`${images.failed} failed`] : []),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const found = `${faces} ${faces === 1 ? 'face' : 'faces'} in ${images.total} ${images.total === 1 ? 'image' : 'images'}${note}`;
  if (min_val === null || max_val === null || mean === null) return [`Run ${id} completed: ${found}.`];
  return [
    `  min_val  ${min_val.toFixed(4)}  ${saddest === null ? '' : nameOf(photos, saddest.index)}`,
    `  max_val  ${max_val.toFixed(4)}  ${happiest === null ? '' : nameOf(photos, happiest.index)}`,
    `  mean     ${mean.toFixed(4)}  ${found}`,
    '',
    `Run ${id} completed.`,
  ];
}

function nameOf(photos: readonly Photo[], index: number): string {
  return photos[index]?.name ?? `image ${index}`;
}
