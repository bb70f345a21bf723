import { functionNameOf, type Operation } from '@tally/api';
import { registerHttp } from '@tally/functions-kit';
import { app } from './composition.ts';
import { type Call, readCall } from './http/call.ts';
import type { ApiResponse, Steps } from './http/context.ts';
import { answerErrors } from './http/errors.ts';

/** Registers the function of an operation, by its declaration: name, method, route, and what a request must be like. */
export function serve<Declared extends Operation>(
  operation: Declared,
  answer: (steps: Steps, call: Call<Declared>) => Promise<ApiResponse>,
): void {
  registerHttp({
    name: functionNameOf(operation),
    methods: [operation.method],
    route: operation.path.slice(1),
    log: app.log,
    handle: (request) => answerErrors(async () => await answer(await app.steps(), readCall(operation, request))),
  });
}
