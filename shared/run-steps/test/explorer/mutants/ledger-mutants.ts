import { type Mutant, state, store } from './mutant.ts';

/** What a shard's ledger depends on. */
export const ledgerMutants: readonly Mutant[] = [
  {
    name: 'counts what is recorded already',
    patches: [
      state(
        'outcomes.ts',
        'if (came === undefined || outcomes[place] !== null) continue;',
        'if (came === undefined) continue;',
      ),
    ],
    seen: 'duplicates',
  },
  {
    name: 'writes without If-Match',
    patches: [
      store(
        'tables/memory-tables.ts',
        "if (standing.etag !== write.etag) throw new ConflictError(index, 'changed');",
        '',
      ),
    ],
    seen: 'nothing goes wrong',
  },
  {
    name: 'sends before the commit',
    patches: [
      store(
        'commit/shard-committer.ts',
        'const rows = await commitMerged(key, merged);',
        `for (const { job, decision } of merged.decided)
          waiting.get(job)?.resolve({ effects: decision.effects, dropped: decision.dropped, rows: merged.before });
        const rows = await commitMerged(key, merged);`,
      ),
    ],
    seen: 'nothing goes wrong',
  },
  {
    name: 'sends every open claim again, not only its own',
    patches: [
      state(
        'record.ts',
        'entry.by === message.token && !isSent(entry)',
        '(entry.by === message.token || noted.finished.length === 0) && !isSent(entry)',
      ),
    ],
    seen: 'a duplicate starts no second chain',
  },
  {
    name: 'sends nothing again',
    patches: [state('record.ts', 'entry.by === message.token && !isSent(entry)', 'false')],
    seen: 'unwatched: a worker crashes',
  },
  {
    name: 'takes an old epoch for the current one',
    patches: [state('record.ts', 'const isCurrent = message.epoch === ledger.epoch;', 'const isCurrent = true;')],
    seen: 'suspended and resumed',
  },
  {
    name: 'reports a finished shard only with results of its own',
    patches: [
      state(
        'record.ts',
        'if (isFinished(topped) && !run.counted.includes(ledger.shard)) {',
        'if (isFinished(topped) && noted.finished.length > 0) {',
      ),
    ],
    seen: 'unwatched: a worker crashes',
  },
  {
    name: 'closed ledgers take results',
    patches: [state('record.ts', "if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' };", '')],
    seen: 'terminated',
  },
  {
    name: 'lets a repeated message overtake a retry that waits',
    patches: [state('outcomes.ts', 'if (next <= message.attempt && (named === null', 'if ((named === null')],
    seen: 'duplicates and a retry',
  },
  {
    name: 'records a failed try that it may not send again',
    patches: [
      state(
        'outcomes.ts',
        'if (!mayRetry || (attempts[place] ?? 0) >= attempt) continue;',
        'if ((attempts[place] ?? 0) >= attempt) continue;',
      ),
      state('outcomes.ts', 'retries.push(index);', 'if (mayRetry) retries.push(index);'),
      state(
        'outcomes.ts',
        'const isChanged = finished.length > 0 || retries.length > 0;',
        'const isChanged = finished.length > 0 || attempts.some((attempt, place) => attempt !== before.attempts[place]);',
      ),
      // This takes out a check that would notice it: whether a claim's items have had the try that its
      // message permits.
      state(
        'parts.ts',
        'if (waiting.length === 0) return { ledger, waiting };',
        'if (waiting.length >= 0) return { ledger, waiting: [] };',
      ),
    ],
    seen: 'unwatched: a retry while suspended',
  },
  {
    name: 'divides the window with rounding up',
    patches: [
      state(
        'share.ts',
        'Math.floor(chunks / waiting) + (place < chunks % waiting ? 1 : 0)',
        'Math.ceil(chunks / waiting)',
      ),
    ],
    seen: 'three shards share a window',
  },
  {
    name: 'claims a whole chunk with a smaller window',
    patches: [state('share.ts', 'return Math.min(window, chunkItems);', 'return Math.max(window, chunkItems);')],
    seen: 'a window of one item',
  },
];
