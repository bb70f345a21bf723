import type { Item, RunStatusBody } from '@tally/api';
import type { Photo } from './photos.ts';
import { renderItem } from './render-item.ts';
import { renderEnd, renderOutput } from './render-output.ts';

/** All known facts about a run that has ended. */
export interface RunReport {
  readonly id: string;
  readonly status: RunStatusBody;
  readonly photos: readonly Photo[];
  readonly items: readonly Item[];
}

/** For a person: a line for each photo, then the result. */
export function renderReport({ id, status, photos, items }: RunReport): string {
  const nameWidth = Math.max(...photos.map(({ name }) => name.length));
  const lines = items.map((item) => `  ${nameOf(photos, item.index).padEnd(nameWidth)}  ${renderItem(item)}`);
  const output = renderOutput(status, (index) => nameOf(photos, index));
  return [...lines, '', ...(output === null ? [] : [output, '']), renderEnd(id, status)].join('\n');
}

/** For a program. */
export function reportJson({ id, status, photos, items }: RunReport) {
  const { runtimeStatus, output } = status;
  const named = items.map((item) => ({ photo: nameOf(photos, item.index), ...item }));
  return { id, runtimeStatus, output, items: named };
}

function nameOf(photos: readonly Photo[], index: number): string {
  return photos[index]?.name ?? `image ${index}`;
}
