import { counted } from '@tally/contracts';
import { UsageError } from '@tally/start';
import { Option } from 'commander';
import type { Verb } from '../verb.ts';

export const restartVerb: Verb<{ readonly sameId?: true }> = {
  usage: 'restart <run>',
  description: 'Starts another run of the same input and options.',
  options: [new Option('--same-id', 'under the same id, if the run has ended; default: under a new id')],
  perform: async ({ args: [id = ''], options, connect }) => {
    const { client } = await connect();
    const run = await client.restart(id, { withNewId: options.sameId !== true });
    return { text: `Run ${run.id} is started.`, json: run.uris };
  },
};

export const windowVerb: Verb<object> = {
  usage: 'window <run> <items>',
  description: 'Sets how many items of a run may be in work at once.',
  perform: async ({ args: [id = '', text = ''], connect }) => {
    const window = Number(text);
    if (!/^[1-9]\d*$/.test(text))
      throw new UsageError(`The window must be a whole number, at least 1, and not "${text}".`);
    const { client } = await connect();
    await client.setWindow(id, window);
    return { text: `Run ${id} may have ${counted(window, 'item')} in work at once.`, json: { id, window } };
  },
};

export const raiseVerb: Verb<object> = {
  usage: 'raise <run> <event> [value]',
  description:
    'Sends an event to a run. The value is JSON, null by default. A run that waits for approval continues with: raise <run> Approval true',
  perform: async ({ args: [id = '', event = '', text = 'null'], connect }) => {
    const value = parseJson(text);
    const { client } = await connect();
    await client.raiseEvent(id, event, value);
    return { text: `Run ${id} has received the event ${event}.`, json: { id, event, value } };
  },
};

/** The original name of the verb. */
export const raiseEventVerb: Verb<object> = {
  ...raiseVerb,
  usage: 'raise-event <run> <event> [value]',
  isHidden: true,
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`The value must be JSON, and ${text} is not; a text needs its own quotes: '"${text}"'`);
  }
}
