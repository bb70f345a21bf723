import { type Mutant, state, steps } from './mutant.ts';

/** What nodes depend on (R1-R8, R12). */
export const nodeMutants: readonly Mutant[] = [
  {
    name: 'a repeat sends nothing of its own nodes',
    patches: [state('nodes/repeat-sends.ts', 'if (isOwn) sendNode(draft, node, state);', '')],
    seen: 'unwatched: a sequence, and a worker crashes',
  },
  {
    name: 'a verdict stops nothing',
    patches: [
      state('nodes/verdict.ts', 'draft.run = { ...draft.run, epoch: draft.run.epoch + 1 };\n  stopNodes(draft);', ''),
    ],
    seen: 'a verdict with branches out',
  },
  {
    name: 'a late branch opens nodes after a verdict',
    patches: [
      state('nodes/verdict.ts', 'draft.run = { ...draft.run, epoch: draft.run.epoch + 1 };\n  stopNodes(draft);', ''),
      state(
        'nodes/advance.ts',
        'if (verdict !== null) return closeRun(draft, verdict);',
        `if (verdict !== null) {
    for (const node of draft.rules.nodes) if (draft.state(node.name) === undefined) moveOn(draft, node);
    return closeRun(draft, verdict);
  }`,
      ),
    ],
    seen: 'a verdict with branches out',
  },
  {
    name: 'a resume sends no tasks',
    patches: [state('run/apply-event.ts', 'sendNode(draft, node, resumed);', '')],
    seen: 'unwatched: a sequence is suspended and resumed',
  },
  {
    name: 'a rewind does not reset the nodes behind it',
    patches: [state('nodes/rewind-nodes.ts', 'if (behind.has(node.name)) forgetNode(draft, node);', '{}')],
    seen: 'answered, rewound and asked again',
  },
  {
    name: 'a rewind sends nothing',
    patches: [
      state(
        'nodes/rewind-nodes.ts',
        'if (row.result === undefined) sendNode(draft, name, out);',
        'if (row.result === undefined) {}',
      ),
    ],
    seen: 'unwatched: rewound in the middle',
  },
  {
    name: 'a missing ledger is written without comparing the digest',
    patches: [steps('dispatch/open-shard.ts', '|| digestOf(items) !== plan.digest', '')],
    seen: 'a map whose function changes',
  },
  {
    name: 'a planned ledger is not written',
    patches: [
      steps('watch/repair-run.ts', 'if (!(await openShard(context, run, map, view, shard))) return null;', ''),
      steps('dispatch/dispatch-run.ts', 'if (!(await openShard(context, run, map, view, shard))) return false;', ''),
    ],
    seen: 'a map opened by a task',
  },
  {
    name: 'the parent is not read after its child is inserted',
    patches: [
      steps(
        'start/start-run.ts',
        "return isWanted ? ({ type: 'ready' } as const)",
        "return isWanted || runId !== '' ? ({ type: 'ready' } as const)",
      ),
      steps(
        'start/start-run.ts',
        '{ runs }: StepContext, parent: Parent | undefined) {',
        '{ runs }: StepContext, parent: Parent | undefined) {\n  const runId = parent?.runId;',
      ),
    ],
    seen: 'a child whose parent fails',
  },
  {
    name: 'R8: drops a message of an unknown chain',
    patches: [steps('messages/hold-message.ts', 'await queues.send(queue, text, HELD_MS);', '')],
    seen: 'unwatched: a task whose workers do not know the version yet',
  },
  {
    name: 'a child tells its parent nothing',
    patches: [steps('ending/finalize-run.ts', 'if (!(await tellParent(context, finalized.run))) return;', '')],
    seen: 'a child',
  },
  {
    name: 'each message of a task is tried again, also of other senders',
    patches: [
      state(
        'nodes/record-task.ts',
        'return state.epoch === epoch && state.attempt === attempt && isCalled && state.by !== token;',
        'return state.epoch === epoch && isCalled && token !== "";',
      ),
    ],
    seen: 'a sequence, and messages come twice',
  },
];
