import { FatalError, type Work } from '@tally/chain';
import type * as z from 'zod';
import { type WorkCall, workAnswerSchema } from './protocol.ts';

/** The handler of a node whose work the recorder does. It returns the result that the recorder sends. */
export function recordedWork<Result>(result: z.ZodType<Result>) {
  return async ({
    input,
    key,
    attempt,
    run,
    signal,
  }: Pick<Work<unknown>, 'input' | 'key' | 'attempt' | 'run' | 'signal'>): Promise<Result> => {
    const call: WorkCall = {
      key,
      runId: run.id,
      generation: run.generation,
      node: run.node,
      attempt,
      pid: process.pid,
      input,
    };
    const response = await fetch(`${process.env['CHAOS_RECORDER']}/work`, {
      method: 'POST',
      body: JSON.stringify(call),
      signal,
    });
    if (!response.ok) throw new Error(`the recorder answered with ${response.status}`);
    const answer = workAnswerSchema.parse(await response.json());
    if ('fatal' in answer) throw new FatalError(answer.fatal, 'the recorder was told to refuse it');
    return result.parse(answer.result);
  };
}
