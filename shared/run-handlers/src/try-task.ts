import { Again, type HandlerTable } from '@tally/chain';
import type { TaskTry } from '@tally/run-state';
import type { TryTask } from '@tally/run-steps';
import { inTime } from './in-time.ts';
import { outcomeOfError, resultInvalid } from './outcome-of.ts';
import { type ServeParts, tableOf, workOf } from './work-of.ts';

/** Tries a task with the handler of the version that its run began with. */
export function triesOfTask(tables: readonly HandlerTable[], parts: ServeParts): TryTask {
  return async ({ run, node, since, attempt, input, state }, signal): Promise<TaskTry | null> => {
    const { handler, definition } = tableOf(tables, run, node);
    if (definition.kind !== 'task') throw new Error(`node "${node}" of chain "${run.name}" is a ${definition.kind}`);
    const place = { runId: run.runId, generation: run.generation, node, since };
    try {
      const answer = await inTime(definition.timeoutMs, signal, (stop) =>
        handler({ ...workOf(parts, run, place, { input, attempt, state, signal: stop }), index: 0 }),
      );
      if (answer instanceof Again) return { kind: 'again', afterMs: answer.afterMs, state: answer.state };
      const parsed = definition.result.safeParse(answer);
      if (parsed.success) return { kind: 'succeeded', result: parsed.data };
      return { kind: 'failed', error: resultInvalid(parsed.error.issues[0]?.message ?? '') };
    } catch (error) {
      if (signal.aborted) return null;
      return outcomeOfError(error);
    }
  };
}
