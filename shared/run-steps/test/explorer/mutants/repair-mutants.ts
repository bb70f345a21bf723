import { type Mutant, state, steps } from './mutant.ts';

/** What repair and dead letters depend on. */
export const repairMutants: readonly Mutant[] = [
  {
    name: 'repairs without asking for the count',
    patches: [
      state(
        'repair.ts',
        'isFinished(topped) && !run.counted.includes(ledger.shard)',
        'isFinished(topped) && run.counted.includes(ledger.shard)',
      ),
    ],
    seen: 'crashes and losses',
  },
  {
    name: 'does not count repairs',
    patches: [state('repair.ts', 'sends: entry.sends + (isSpent(entry, policy) ? 0 : 1), by }', 'sends: 0, by }')],
    seen: 'an image that kills its worker, and its lease lasts',
  },
  {
    name: 'never splits a chunk',
    patches: [state('permits.ts', 'if (!send.split || send.items === undefined)', 'if (send.shard >= 0)')],
    seen: 'an image that kills its worker',
  },
  {
    name: 'closes a shard before its outbox is empty',
    patches: [state('decide-shard.ts', 'const effects = outboxLetters(ledger);', 'const effects: never[] = [];')],
    seen: 'a dead letter is interrupted, and the run terminated',
  },
  {
    name: 'keeps only the letters of what it gives up itself',
    patches: [
      state(
        'repair.ts',
        'effects: [...outboxLetters(topped), ...sends, ...aggregate]',
        'effects: [...outboxLetters({ ...topped, outbox: topped.outbox.slice(ledger.outbox.length) }), ...sends, ...aggregate]',
      ),
    ],
    seen: 'a dead letter is interrupted',
  },
  {
    name: 'takes a row for broken after the run has moved on',
    patches: [
      steps(
        'watch/repair-run.ts',
        'if (broken !== null && (await hasStood(context, run, view))) throw broken;',
        'if (broken !== null) throw broken;',
      ),
    ],
    seen: 'false repairs',
  },
];
