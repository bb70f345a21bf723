import type { SystemLook } from '../../data/system.ts';
import { counted, number } from '../../parts/format.ts';
import type { Tone } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';

/** Something that needs a person: what it is, the evidence, and where to go. */
export interface Trouble {
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly evidence: string;
  /** In ISO 8601; null when the beginning isn't known. */
  readonly since: string | null;
  readonly href: string | null;
}

/** The number of polls, and the growth in messages, after which a queue counts as growing. */
const LOOKS_MIN = 4;
const GROWN_MIN = 20;
/** Two polls may come between a message and the first beat of its worker. */
const LOOKS_WITHOUT_WORKER = 3;

/** Everything that needs a person. Dead letters are listed separately. */
export function troublesOf(look: SystemLook): Trouble[] {
  return [...stuckRuns(look), ...poison(look), ...withoutWorker(look), ...growing(look)];
}

/** The number of things that need a person. */
export function troubleCount(look: SystemLook): number {
  return troublesOf(look).length + letterCount(look);
}

export function letterCount({ activity }: SystemLook): number {
  return activity.stages.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
}

function stuckRuns({ activity }: SystemLook): Trouble[] {
  return activity.stuck.map(({ runId, chain, node, code, message, since }) => ({
    id: `stuck ${runId} ${node}`,
    tone: 'bad',
    title: code === 'RowUnreadable' ? `The row of run ${runId} cannot be read` : `Run ${runId} makes no progress`,
    evidence: `${chain}${node === null ? '' : `, node ${node}`}: ${message} (${code})`,
    since,
    href: linkTo(['runs', runId]),
  }));
}

function poison({ activity }: SystemLook): Trouble[] {
  return activity.stages
    .filter((stage) => stage.poison > 0)
    .map(({ name, poison: count, poisonQueue }) => ({
      id: `poison ${name}`,
      tone: 'bad',
      title: `${counted(count, 'message')} in ${poisonQueue}`,
      evidence:
        'The host has given them up; Tally takes them from there and keeps what it cannot process as dead letters.',
      since: null,
      href: linkTo(['trouble'], { stage: name }),
    }));
}

function withoutWorker({ activity, queues }: SystemLook): Trouble[] {
  return activity.stages
    .filter(({ workers, queue }) => workers === 0 && isWaiting(queues, queue))
    .map(({ name, app, visible, queue, oldestVisibleTime }) => ({
      id: `worker ${name}`,
      tone: 'wait',
      title: `No process of ${app} has been seen lately`,
      evidence: `${counted(visible, 'message')} in the queue ${queue} could be taken, but no worker takes them.`,
      since: oldestVisibleTime,
      href: null,
    }));
}

/**
 * Tells whether a visible message was in the queue at each of the last polls. A hidden message waits for its
 * time and needs no worker yet.
 */
function isWaiting(queues: SystemLook['queues'], queue: string): boolean {
  const latest = queues.slice(-LOOKS_WITHOUT_WORKER);
  return latest.length === LOOKS_WITHOUT_WORKER && latest.every((look) => (look[queue]?.visible ?? 0) > 0);
}

function growing({ activity, queues }: SystemLook): Trouble[] {
  if (queues.length < LOOKS_MIN) return [];
  return activity.stages.flatMap(({ name, queue, workers, visible, oldestVisibleTime }): Trouble[] => {
    const seen = queues.map((look) => look[queue]?.depth ?? 0);
    const [first = 0] = seen;
    const last = seen.at(-1) ?? 0;
    const grows = seen.every((depth, place) => place === 0 || depth >= (seen[place - 1] ?? 0));
    if (!grows || visible === 0 || last - first < GROWN_MIN) return [];
    const evidence = `From ${number(first)} to ${number(last)} messages over the last ${seen.length} looks, with ${counted(workers, 'worker')}.`;
    const since = oldestVisibleTime;
    return [{ id: `grows ${name}`, tone: 'wait', title: `The queue ${queue} grows`, evidence, since, href: null }];
  });
}
