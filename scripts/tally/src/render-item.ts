import type { Item } from '@tally/api';
import { counted } from '@tally/contracts';
import { printable } from './table.ts';

/** What became of an image, in a line. */
export function renderItem(item: Item): string {
  switch (item.status) {
    case 'succeeded': {
      const { faces } = item.result;
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
