import { Again, type BulkHandler, bulkOf, type HandlerTable, inBulk, type RunHandler } from '@tally/chain';
import type { Json } from '@tally/contracts';

/** A call of a handler. */
export interface Call {
  readonly node: string;
  readonly runId: string;
  readonly input: Json;
  /** The number of the item. Undefined for a task. */
  readonly item: number | undefined;
  /** From 1. */
  readonly attempt: number;
  /** The same over deliveries and tries of the same work. */
  readonly key: string;
  /** What the handler returned or threw. Absent while it is at work. */
  answer?: { readonly gave: Json } | { readonly threw: unknown } | { readonly askedAgain: Json | undefined };
}

/**
 * Handlers that record each of their calls.
 * @param calls gets the calls, in order
 */
export function recordCalls(tables: readonly HandlerTable[], calls: Call[]): readonly HandlerTable[] {
  return tables.map(({ chain, app, handlers }) => {
    const entries = Object.entries(handlers).map(([node, handler]): [string, RunHandler] => {
      const isMap = chain.nodes.some(({ kind, name }) => kind === 'map' && name === node);
      const bulk = bulkOf<Json, Json>(handler);
      return [node, bulk === undefined ? recorded(node, isMap, handler, calls) : recordedBulk(node, bulk, calls)];
    });
    return { chain, app, handlers: Object.fromEntries(entries) };
  });
}

function recorded(node: string, isMap: boolean, handler: RunHandler, calls: Call[]): RunHandler {
  return async (work) => {
    const { input, attempt, key, index } = work;
    const call: Call = { node, runId: work.run.id, input, item: isMap ? index : undefined, attempt, key };
    calls.push(call);
    try {
      const answer = await handler(work);
      call.answer = answer instanceof Again ? { askedAgain: answer.state } : { gave: answer };
      return answer;
    } catch (error) {
      call.answer = { threw: error };
      throw error;
    }
  };
}

/** Each item counts as a separate call, as with a handler that takes one after another. */
function recordedBulk(node: string, bulk: BulkHandler<Json, Json>, calls: Call[]): RunHandler {
  return inBulk<Json, Json>(async (work) => {
    const made = work.items.map(
      ({ run, input, index, attempt, key }): Call => ({ node, runId: run.id, input, item: index, attempt, key }),
    );
    calls.push(...made);
    try {
      const answers = await bulk(work);
      for (const [place, call] of made.entries()) {
        const answer = answers[place];
        if (answer !== undefined) call.answer = answer instanceof Error ? { threw: answer } : { gave: answer };
      }
      return answers;
    } catch (error) {
      for (const call of made) call.answer = { threw: error };
      throw error;
    }
  });
}
