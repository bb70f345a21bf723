import { Option } from 'commander';
import type { Verb } from '../verb.ts';

interface ReasonOptions {
  readonly reason?: string;
}

interface Control {
  readonly name: 'terminate' | 'suspend' | 'resume' | 'rewind';
  readonly does: string;
  /** The state of the run after the request was accepted. */
  readonly done: string;
}

const controls: readonly Control[] = [
  { name: 'terminate', does: 'Ends a run at once; what has no result counts as aborted.', done: 'is asked to end' },
  {
    name: 'suspend',
    does: 'Stops a run for a while: what is in work ends, nothing new begins.',
    done: 'is suspended',
  },
  { name: 'resume', does: 'Lets a suspended run go on.', done: 'goes on' },
  {
    name: 'rewind',
    does: 'Sends what has failed in an ended run through again; good results stay.',
    done: 'goes through what has failed again',
  },
];

/** The verbs that change the state of a run. */
export const controlVerbs: readonly Verb<ReasonOptions>[] = controls.map(({ name, does, done }) => ({
  usage: `${name} <run>`,
  description: does,
  options: [new Option('--reason <text>', 'why: kept in the timeline')],
  perform: async ({ args: [id = ''], options, connect }) => {
    const { client } = await connect();
    await client[name](id, options.reason);
    return { text: `Run ${id} ${done}.`, json: { id, accepted: name } };
  },
}));
