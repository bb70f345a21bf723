import type { SystemLook } from '../../data/system.ts';
import { counted, number } from '../../parts/format.ts';
import type { Tone } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';

/** Something that needs a person: what, by what one sees it, and where to go. */
export interface Trouble {
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly evidence: string;
  /** ISO; null: it is not known since when. */
  readonly since: string | null;
  readonly href: string | null;
}

/** Looks after which one may say that a queue grows, and by how many messages. */
const LOOKS_MIN = 4;
const GROWN_MIN = 20;
/** Two looks may come between a message and the first beat of who takes it. */
const LOOKS_WITHOUT_WORKER = 3;

/** All that needs a person. Dead letters are listed by themselves. */
export function troublesOf(look: SystemLook): Trouble[] {
  return [...stuckRuns(look), ...poison(look), ...withoutWorker(look), ...growing(look), ...unreadable(look)];
}

/** How many things need a person. */
export function troubleCount(look: SystemLook): number {
  return troublesOf(look).length + look.letters.length;
}

function stuckRuns({ activity }: SystemLook): Trouble[] {
  return activity.stuck.map(({ runId, chain, node, code, message, since }) => ({
    id: `stuck ${runId} ${node}`,
    tone: 'bad',
    title: `Run ${runId} does not get on`,
    evidence: `${chain}${node === null ? '' : `, node ${node}`}: ${message} (${code})`,
    since,
    href: linkTo(['runs', runId]),
  }));
}

function poison({ stages }: SystemLook): Trouble[] {
  return stages
    .filter((stage) => stage.poison > 0)
    .map(({ name, poison: count, poisonQueue }) => ({
      id: `poison ${name}`,
      tone: 'bad',
      title: `${counted(count, 'message')} in ${poisonQueue}`,
      evidence:
        'The host has given them up; Tally takes them from there and keeps what can not be processed as dead letters.',
      since: null,
      href: linkTo(['trouble'], { stage: name }),
    }));
}

function withoutWorker({ stages, depths }: SystemLook): Trouble[] {
  return stages
    .filter(({ workers, queue }) => workers === 0 && isFull(depths, queue))
    .map(({ name, app, depth, queue }) => ({
      id: `worker ${name}`,
      tone: 'wait',
      title: `No process of ${app} has been seen lately`,
      evidence: `${counted(depth, 'message')} in the queue ${queue}, those among them that wait for their time.`,
      since: null,
      href: null,
    }));
}

function isFull(depths: SystemLook['depths'], queue: string): boolean {
  const latest = depths.slice(-LOOKS_WITHOUT_WORKER);
  return latest.length === LOOKS_WITHOUT_WORKER && latest.every((depth) => (depth[queue] ?? 0) > 0);
}

function growing({ stages, depths }: SystemLook): Trouble[] {
  if (depths.length < LOOKS_MIN) return [];
  return stages.flatMap(({ name, queue, workers }): Trouble[] => {
    const seen = depths.map((depth) => depth[queue] ?? 0);
    const [first = 0] = seen;
    const last = seen.at(-1) ?? 0;
    const grows = seen.every((depth, place) => place === 0 || depth >= (seen[place - 1] ?? 0));
    if (!grows || last - first < GROWN_MIN) return [];
    const evidence = `From ${number(first)} to ${number(last)} messages over the last ${seen.length} looks, with ${counted(workers, 'worker')}.`;
    return [
      { id: `grows ${name}`, tone: 'wait', title: `The queue ${queue} grows`, evidence, since: null, href: null },
    ];
  });
}

function unreadable({ unreadable: runs }: SystemLook): Trouble[] {
  return runs.map(({ instanceId, output, createdTime }) => ({
    id: `unreadable ${instanceId}`,
    tone: 'bad',
    title: `The row of run ${instanceId} can not be read`,
    evidence:
      typeof output === 'object' && output !== null && 'message' in output && typeof output.message === 'string'
        ? output.message
        : 'Somebody has changed it.',
    since: createdTime,
    href: linkTo(['runs', instanceId]),
  }));
}
