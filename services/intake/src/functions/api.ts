import { formsOf, functionNameOf, type OperationId, openApiDocument, operations, runsPathOf } from '@tally/api';
import { registerHttp } from '@tally/functions-kit';
import { app, useForwardedHost } from '../composition.ts';
import { answerActivity } from '../http/answer-activity.ts';
import { answerChain, answerChains } from '../http/answer-chain.ts';
import { answerControl, answerUpdate } from '../http/answer-control.ts';
import { answerDeadLetters, answerDiscard, answerRedrive } from '../http/answer-dead-letters.ts';
import { answerEvent } from '../http/answer-event.ts';
import { answerHealth } from '../http/answer-health.ts';
import { answerItems } from '../http/answer-items.ts';
import { answerList } from '../http/answer-list.ts';
import { answerMessages } from '../http/answer-messages.ts';
import { answerPurge, answerPurgeMany } from '../http/answer-purge.ts';
import { answerRestart } from '../http/answer-restart.ts';
import { answerRows } from '../http/answer-rows.ts';
import { answerRunCounts } from '../http/answer-run-counts.ts';
import { answerStart } from '../http/answer-start.ts';
import { answerStatus } from '../http/answer-status.ts';
import { type Call, readCall } from '../http/call.ts';
import { type ApiResponse, json, type Steps } from '../http/context.ts';
import { answerErrors } from '../http/errors.ts';
import { publicRequest } from '../http/public-request.ts';

type Answers = {
  readonly [Id in OperationId]: (steps: Steps, call: Call<(typeof operations)[Id]>) => Promise<ApiResponse>;
};

const document = openApiDocument(app.registry.chains);

/** What answers each operation of the API. The compiler misses one that has no answer. */
const answers: Answers = {
  startRun: answerStart,
  startRunAs: answerStart,
  startChainRun: answerStart,
  startChainRunAs: answerStart,
  listRuns: answerList,
  countRuns: answerRunCounts,
  purgeRuns: answerPurgeMany,
  getRun: answerStatus,
  updateRun: answerUpdate,
  purgeRun: answerPurge,
  terminateRun: (steps, call) => answerControl(steps, call, 'terminate'),
  suspendRun: (steps, call) => answerControl(steps, call, 'suspend'),
  resumeRun: (steps, call) => answerControl(steps, call, 'resume'),
  rewindRun: (steps, call) => answerControl(steps, call, 'rewind'),
  restartRun: answerRestart,
  raiseEvent: answerEvent,
  listItems: answerItems,
  listRows: answerRows,
  peekMessages: answerMessages,
  getChain: answerChain,
  getActivity: answerActivity,
  listChains: answerChains,
  listDeadLetters: answerDeadLetters,
  redriveDeadLetter: answerRedrive,
  discardDeadLetter: answerDiscard,
  checkControl: async () => ({ status: 204 }),
  getOpenApi: async () => json(200, document),
  getHealth: answerHealth,
  headHealth: answerHealth,
};

/**
 * Registers a function for each form of an operation, by its declaration: name, method, route, and what a
 * request must be like. Its answer is the same in all of them.
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
        answerErrors(async () => {
          const seen = publicRequest(request, runsPathOf(form), useForwardedHost);
          return await answer(await app.steps(), readCall(operation, form, seen));
        }, form.answers),
    });
}

for (const { id } of Object.values(operations)) serve(id);
