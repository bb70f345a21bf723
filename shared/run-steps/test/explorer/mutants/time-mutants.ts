import { type Mutant, state } from './mutant.ts';

/** What waits and a deadline depend on. */
export const timeMutants: readonly Mutant[] = [
  {
    name: 'lets the time-out win over a stored event',
    patches: [
      state(
        'nodes/advance.ts',
        '(answerWait(draft, name, state) || expireWait(draft, name, state))',
        '(expireWait(draft, name, state) || answerWait(draft, name, state))',
      ),
      // The write that stores the event doesn't look for it.
      state('nodes/advance.ts', '  if (endWaits(draft)) return true;\n', ''),
    ],
    seen: 'event and time-out, and a process dies',
  },
  {
    name: 'lets an old approval answer for a new output',
    patches: [state('nodes/rewind-nodes.ts', 'draft.dropEvent(node.until.event);', '{}')],
    seen: 'approved, rewound and asked again',
  },
  {
    name: 'completes a run after its deadline',
    patches: [
      state('nodes/verdict.ts', 'failureOverDeadline(draft.run, draft.times.at)', 'failureOverDeadline(draft.run, 0)'),
    ],
    seen: 'a deadline passes',
  },
];
