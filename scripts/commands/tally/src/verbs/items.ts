import type { Item } from '@tally/api';
import { Option } from 'commander';
import { parseAmount } from '../parse-options.ts';
import { renderItem, subjectOf } from '../render-item.ts';
import { clip, printable, renderTable } from '../table.ts';
import { noteMore, pageSize, type Taken, takeUpTo } from '../take-up-to.ts';
import type { Verb } from '../verb.ts';

interface ItemsOptions {
  readonly node?: string;
  readonly status?: 'succeeded' | 'failed' | 'aborted' | 'pending';
  readonly top: number;
}

/** A number of lines that a person can read through. */
const TOP_DEFAULT = 100;

/** Wide enough for the faces of a group photo. For a larger group `--json` prints the rest. */
const RESULT_CHARS = 70;

/** Longer than any address of an image. */
const SUBJECT_CHARS = 2_048;

const columns = [{ title: 'ITEM', align: 'right' }, { title: 'STATUS' }, { title: 'RESULT' }] as const;

export const itemsVerb: Verb<ItemsOptions> = {
  usage: 'items <run>',
  description: "Lists a run's items with their results.",
  options: [
    new Option('--node <name>', 'of this map node; default: the only one, or the first'),
    new Option('--status <status>', 'only these').choices(['succeeded', 'failed', 'aborted', 'pending']),
    new Option('--top <n>', 'at most this many').argParser(parseAmount).default(TOP_DEFAULT),
  ],
  perform: async ({ args: [id = ''], options: { node, status, top }, connect }) => {
    const { client } = await connect();
    const taken = await takeUpTo(client.iterateItems(id, { node, status, top: pageSize(top) }), top);
    return { text: renderItems(taken), json: taken.values };
  },
};

export function renderItems(taken: Taken<Item>): string {
  if (taken.values.length === 0) return 'No item matches.';
  const isImages = taken.values.every(({ url }) => url !== undefined);
  const rows = taken.values.map((item) => [
    String(item.index),
    item.status ?? 'pending',
    item.status === 'failed' ? item.error.code : clip(renderItem(item), RESULT_CHARS),
    clip(subjectOf(item), SUBJECT_CHARS),
  ]);
  const [heading = '', ...lines] = renderTable([...columns, { title: isImages ? 'IMAGE' : 'OF' }], rows).split('\n');
  const told = lines.flatMap((line, place) => [line, ...messageOf(taken.values[place])]);
  return `${[heading, ...told].join('\n')}${noteMore(taken)}`;
}

/**
 * The complete error of an item, on its own line. In a column it would be cut, or move the URLs to the right.
 */
function messageOf(item: Item | undefined): string[] {
  return item?.status === 'failed' ? [`      ${printable(item.error.message)}`] : [];
}
