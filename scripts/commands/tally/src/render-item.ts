import type { Item } from '@tally/api';
import { facesSchema } from '@tally/chains';
import { counted } from '@tally/contracts';
import { printable } from './table.ts';

/** The result of an image, or of an item of another chain, in one line. */
export function renderItem(item: Item): string {
  switch (item.status) {
    case 'succeeded': {
      const found = facesSchema.safeParse(item.result);
      if (!found.success) return printable(JSON.stringify(item.result ?? null));
      const { faces } = found.data;
      if (faces.length === 0) return 'no face';
      const count = counted(faces.length, 'face').padEnd(8);
      return `${count}  happiness ${faces.map(({ happiness }) => happiness.toFixed(2)).join(', ')}`;
    }
    case 'failed':
      return `failed: ${item.error.code}: ${printable(item.error.message)}`;
    case 'aborted':
    case null:
      return 'no result';
  }
}

/** Fields of an item other than the item itself. */
const OTHERS = new Set(['index', 'status', 'result', 'error', 'durationMs']);

/** The item itself: the address of an image, or the item of a node of another chain. */
export function subjectOf(item: Item): string {
  const [, subject] = Object.entries(item).find(([name]) => !OTHERS.has(name)) ?? [];
  return typeof subject === 'string' ? subject : JSON.stringify(subject ?? null);
}
