import { Again, type HandlerTable, type RunHandler } from '@tally/chain';
import type { Json } from '@tally/contracts';

/** A call of a handler. */
export interface Call {
  readonly node: string;
  readonly runId: string;
  readonly input: Json;
  /** The number of the item; of a task undefined. */
  readonly item: number | undefined;
  /** From 1. */
  readonly attempt: number;
  /** The same over deliveries and tries of the same work. */
  readonly key: string;
  /** What the handler gave or threw; absent while it is at work. */
  answer?: { readonly gave: Json } | { readonly threw: unknown } | { readonly askedAgain: Json | undefined };
}

/** Handlers that note each of their calls. @param calls gets the calls, in their order */
export function recordCalls(tables: readonly HandlerTable[], calls: Call[]): readonly HandlerTable[] {
  return tables.map(({ chain, app, handlers }) => {
    const entries = Object.entries(handlers).map(([node, handler]): [string, RunHandler] => {
      const isMap = chain.nodes.some(({ kind, name }) => kind === 'map' && name === node);
      return [node, recorded(node, isMap, handler, calls)];
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
