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
  {
    name: 'terminate',
    does: 'Ends a run at once; items without a result count as aborted.',
    done: 'is being terminated',
  },
  {
    name: 'suspend',
    does: 'Suspends a run: running work ends, no new work begins.',
    done: 'is suspended',
  },
  { name: 'resume', does: 'Resumes a suspended run.', done: 'goes on' },
  {
    name: 'rewind',
    does: 'Tries the failed parts of an ended run again; good results are kept.',
    done: 'tries its failed parts again',
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
