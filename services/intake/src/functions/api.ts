import { formsOf, functionNameOf, type OperationId, openApiDocument, operations, runsPathOf } from '@tally/api';
import { registerHttp } from '@tally/functions-kit';
import { app, useForwardedHost } from '../composition.ts';
import { answersWith } from '../http/answers.ts';
import { readCall } from '../http/call.ts';
import { answerOrProblem } from '../http/errors.ts';
import { publicRequest } from '../http/public-request.ts';

const answers = answersWith(openApiDocument(app.registry.chains));

/**
 * Registers a function for each form of an operation, by its declaration: name, method, route, and the rules
 * for requests. The answer is the same in all forms.
 */
function serve<Id extends OperationId>(id: Id): void {
  const operation = operations[id];
  const answer = answers[id];
  for (const form of formsOf(operation))
    registerHttp({
      name: functionNameOf(form),
      methods: [form.method],
      route: form.path.slice(1),
      log: app.log,
      handle: (request) =>
        answerOrProblem(
          async () => {
            const seen = publicRequest(request, runsPathOf(form), useForwardedHost);
            return await answer(await app.steps(), readCall(operation, form, seen));
          },
          { answers: form.answers, headers: operation.headers },
        ),
    });
}

for (const { id } of Object.values(operations)) serve(id);
