import type { DeadLetter } from '@tally/api';
import { Option } from 'commander';
import { localTime } from '../local-time.ts';
import { parseAmount } from '../parse-options.ts';
import { renderTable } from '../table.ts';
import { noteMore, pageSize, type Taken, takeUpTo } from '../take-up-to.ts';
import type { Verb } from '../verb.ts';

interface ListOptions {
  readonly stage?: string;
  readonly top: number;
}

/** A number of lines that a person can read through. */
const TOP_DEFAULT = 50;

const columns = [
  { title: 'DEAD LETTER' },
  { title: 'STAGE' },
  { title: 'TIME' },
  { title: 'RUN' },
  { title: 'ITEMS' },
  { title: 'REASON' },
] as const;

export const listDeadLettersVerb: Verb<ListOptions> = {
  usage: 'list',
  description: 'Lists messages and items that could not be processed.',
  options: [
    new Option('--stage <name>', 'only of this stage'),
    new Option('--top <n>', 'at most this many').argParser(parseAmount).default(TOP_DEFAULT),
  ],
  perform: async ({ options: { stage, top }, connect }) => {
    const { client } = await connect();
    const taken = await takeUpTo(client.iterateDeadLetters({ stage, top: pageSize(top) }), top);
    return { text: renderDeadLetters(taken), json: taken.values };
  },
};

export const redriveVerb: Verb<object> = {
  usage: 'redrive <letter>',
  description: 'Sends a dead letter again.',
  perform: async ({ args: [id = ''], connect }) => {
    const { client } = await connect();
    const outcome = await client.redrive(id);
    const text = outcome === 'sent' ? 'Its message is in its queue again.' : 'Its run tries its failed items again.';
    return { text, json: { id, outcome } };
  },
};

export const discardVerb: Verb<object> = {
  usage: 'discard <letter>',
  description: 'Deletes a dead letter.',
  perform: async ({ args: [id = ''], connect }) => {
    const { client } = await connect();
    await client.discard(id);
    return { text: 'The dead letter is deleted.', json: { id, outcome: 'discarded' } };
  },
};

export function renderDeadLetters(taken: Taken<DeadLetter>): string {
  if (taken.values.length === 0) return 'There are no dead letters.';
  const rows = taken.values.map(({ id, stage, time, runId, items, reason }) => [
    id,
    stage,
    localTime(time),
    runId ?? 'not known',
    items?.join(', ') ?? 'not known',
    reason,
  ]);
  return `${renderTable(columns, rows)}${noteMore(taken)}`;
}
