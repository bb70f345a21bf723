import { type Mutant, state, steps, store } from './mutant.ts';

/** What the run's row depends on. */
export const runMutants: readonly Mutant[] = [
  {
    name: 'reports a shard at every dispatch',
    patches: [state('dispatch.ts', 'if (isMoved && isFinished(topped))', 'if (isFinished(topped))')],
    seen: 'the window is changed',
  },
  {
    name: 'drops on a cached row',
    patches: [steps('messages/admit.ts', "if (cached.kind === 'admitted') return cached;", 'return cached;')],
    seen: 'unwatched: suspended and resumed',
  },
  {
    name: 'does not close a ledger that is written after the end',
    patches: [
      steps(
        'start/start-run.ts',
        'else if (isTerminal(change.run.status)) await finalizeRun(context, change.run);',
        '',
      ),
    ],
    seen: 'a slow start of two shards',
  },
  {
    name: 'deletes a live row without a run row',
    patches: [
      steps(
        'watch/watch-runs.ts',
        'else if (now - row.touchedAt >= INTERRUPTED_MS) return await endUnwritten(context, row.runId);',
        'else await context.store.deleteLive(row);',
      ),
    ],
    seen: 'a slow start, and its caller dies',
  },
  {
    name: 'treats all generations as one',
    patches: [
      store(
        'rows/keys.ts',
        `}:\${generation}:\${roundKey(round)}:\${padded(shard, 4)}`,
        `}:g:\${roundKey(round)}:\${padded(shard, 4)}`,
      ),
    ],
    seen: 'a used id',
  },
  {
    name: 'counts a shard whatever its epoch',
    patches: [
      state('nodes/count-shard.ts', 'if (ledgerEpoch !== draft.run.epoch) return', 'if (ledgerEpoch < 0) return'),
    ],
    seen: 'rewound, with a late message',
  },
  {
    name: 'counts an unfinished shard',
    patches: [
      steps(
        'aggregate/aggregate-run.ts',
        "if (!isFinished(ledger.value)) return { kind: 'dropped', reason: 'shard-not-finished' };",
        '',
      ),
    ],
    seen: 'a message is forged',
  },
  {
    name: 'deletes live unconditionally',
    patches: [
      store(
        'records/live-records.ts',
        `deleteLive: ({ place, etag }: LiveRow): Promise<boolean> =>
      deleteAsRead(tables, TABLES.index, { ...keysOfLive(place), etag }),`,
        `deleteLive: async ({ runId, place, etag }: LiveRow): Promise<boolean> => {
      const row = await readLive(runId);
      return await deleteAsRead(tables, TABLES.index, { ...keysOfLive(place), etag: row?.etag ?? etag });
    },`,
      ),
    ],
    seen: 'rewound, and a process dies',
  },
  {
    name: 'deletes live without writing the run row again',
    patches: [state('run/end-run.ts', 'run: again ? { ...run, updatedAt: at } : run }', 'run }')],
    seen: 'a rewind is interrupted while a watchdog looks',
  },
  {
    name: 'touches live only before the first try',
    patches: [
      steps(
        'control/control-run.ts',
        "if (control.verb === 'rewind' && willRewind(context, run)) await store.touchLive(runId, now(), 'rewind');",
        "if (control.verb === 'rewind' && willRewind(context, run) && !touched.has(control)) await store.touchLive(runId, now(), 'rewind');\n    touched.add(control);",
      ),
      steps(
        'control/control-run.ts',
        '/** What a caller may do to a run. */',
        'const touched = new WeakSet<object>();',
      ),
    ],
    seen: 'a rewind is interrupted while a watchdog looks',
  },
  {
    name: 'wakes no shard',
    patches: [state('nodes/count-shard.ts', 'wokenShards(map, next.map);', 'wokenShards(next.map, next.map);')],
    seen: 'unwatched: two shards take turns',
  },
  {
    name: 'keeps its claims through a rewind',
    patches: [state('reopen.ts', '{ ...withoutClaims(ledger), closed: false', '{ ...ledger, closed: false')],
    seen: 'rewound with claims out',
  },
];
