import { isDeepStrictEqual } from 'node:util';
import { resultOf } from '../../works/src/protocol.ts';
import { graphs, type PlannedWork, REFUSED } from '../plans.ts';
import type { Effect } from '../works/recorder.ts';
import type { NodeCells, RecordedRun } from './account.ts';
import { expectedWorkOutput } from './expected-work-output.ts';

/** How often work is tried when an error may be temporary: the chains' own retry. */
const ATTEMPTS = 3;

/**
 * Faults in the nodes of a run of orders or media. Their work must be done once a round, and they must end as
 * their work did.
 */
export function workFaults(plan: PlannedWork, recorded: RecordedRun, effects: readonly Effect[]): string[] {
  const { run } = recorded;
  const current = effects.filter(({ call }) => call.generation === run.gen);
  const tasks = graphs[plan.chain].filter(({ kind }) => kind === 'task' || kind === 'closing');
  const faults = tasks.flatMap(({ name }) => {
    const own = current.filter(({ call }) => call.node === name);
    return taskFaults(name, run.nodes[name], own, recorded).map((fault) => `node ${name}: ${fault}`);
  });
  const { succeeded, failed, aborted } = run.housed;
  if (succeeded + failed + aborted > 0) faults.push(`it counts items: ${JSON.stringify(run.housed)}`);
  if (recorded.shards.length + recorded.summaries.length > 0) faults.push('it has shards, and no items');
  if (run.status !== 'Completed') return faults;
  const expected = expectedWorkOutput(plan, recorded);
  if (!isDeepStrictEqual(run.output, expected))
    faults.push(`its output is ${JSON.stringify(run.output)}, and not ${JSON.stringify(expected)}`);
  return [...faults, ...choiceFaults(plan, recorded)];
}

function taskFaults(
  name: string,
  state: NodeCells | undefined,
  effects: readonly Effect[],
  { tasks, timeline }: RecordedRun,
): string[] {
  const faults: string[] = [];
  const rounds = [...tasks.keys()].filter((key) => key.startsWith(`${name}.`));
  const keys = effects.map(({ call }) => roundOf(call.key));
  for (const round of keys) if (!rounds.includes(round)) faults.push(`work was done for ${round}, which has no row`);
  if (new Set(keys).size !== keys.length) faults.push(`one round's work has several keys: ${keys.join()}`);
  if (effects.some(({ answers }) => answers.includes('do')) && timeline.length === 0)
    faults.push('its timeline does not mention it');
  if (state === undefined || state.state !== 'ended') return faults;
  const round = `${name}.${state.since}`;
  const effect = effects.find(({ call }) => roundOf(call.key) === round);
  if (state.outcome === 'succeeded') {
    if (effect?.answers.includes('do') !== true) faults.push(`it succeeded, but its work was never done`);
    const result = tasks.get(round)?.result;
    const expected = effect === undefined ? undefined : resultOf(name, effect.call.key);
    if (!isDeepStrictEqual(result, expected))
      faults.push(`its result is ${JSON.stringify(result)}, and not ${JSON.stringify(expected)}`);
  }
  if (state.outcome === 'failed') {
    const fault = failureFault(state.error?.code ?? 'none', effect);
    if (fault !== null) faults.push(fault);
  }
  if (state.outcome === 'skipped' && effect !== undefined) faults.push('it was skipped, but its work was done');
  if (state.outcome === 'timedOut') faults.push('a task has no time-out but that of its tries');
  return faults;
}

function failureFault(code: string, effect: Effect | undefined): string | null {
  const answers = effect?.answers ?? [];
  const passing = answers.filter((answer) => answer === 'fail' || answer === 'reset').length;
  const isRight =
    code === REFUSED
      ? answers.some((answer) => typeof answer === 'object' && answer.fatal === REFUSED)
      : code === 'Poisoned' || ((code === 'HandlerFailed' || code === 'TypeError') && passing >= ATTEMPTS);
  return isRight ? null : `it failed with ${code}, and its calls were answered ${JSON.stringify(answers)}`;
}

/** The `<node>.<since>` at the end of a key. */
function roundOf(key: string): string {
  return key.split('.').slice(-2).join('.');
}

/** An order is either confirmed or declined, as its approver decided. */
function choiceFaults({ chain }: PlannedWork, { run, events }: RecordedRun): string[] {
  if (chain !== 'orders') return [];
  const { approval, email, decline } = run.nodes;
  const isApproved = approval?.outcome === 'succeeded' && events.get('OrderApprovalResult') === 'Approved';
  const expected = isApproved ? ['succeeded', 'skipped'] : ['skipped', 'succeeded'];
  const told = [email?.outcome, decline?.outcome];
  return isDeepStrictEqual(told, expected) ? [] : [`email and decline are ${told.join()}, and not ${expected.join()}`];
}
