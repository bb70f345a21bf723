import { functionNameOf, type OperationId, openApiDocument, operations } from '@tally/api';
import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { answerChain } from '../http/answer-chain.ts';
import { answerControl, answerUpdate } from '../http/answer-control.ts';
import { answerDeadLetters, answerDiscard, answerRedrive } from '../http/answer-dead-letters.ts';
import { answerEvent } from '../http/answer-event.ts';
import { answerItems } from '../http/answer-items.ts';
import { answerList } from '../http/answer-list.ts';
import { answerPurge, answerPurgeMany } from '../http/answer-purge.ts';
import { answerRestart } from '../http/answer-restart.ts';
import { answerStart } from '../http/answer-start.ts';
import { answerStatus } from '../http/answer-status.ts';
import { type Call, readCall } from '../http/call.ts';
import { type ApiResponse, json, type Steps } from '../http/context.ts';
import { answerErrors } from '../http/errors.ts';

type Answers = {
  readonly [Id in OperationId]: (steps: Steps, call: Call<(typeof operations)[Id]>) => Promise<ApiResponse>;
};

const document = openApiDocument();

/** What answers each operation of the API. The compiler misses one that has no answer. */
const answers: Answers = {
  startRun: answerStart,
  startRunAs: answerStart,
  listRuns: answerList,
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
  getChain: answerChain,
  listDeadLetters: answerDeadLetters,
  redriveDeadLetter: answerRedrive,
  discardDeadLetter: answerDiscard,
  getOpenApi: async () => json(200, document),
  getHealth: async ({ chain }) => json(200, { status: 'ok', chain: chain.name, version: chain.version }),
};

/** Registers a function for an operation, by its declaration: name, method, route, and what a request must be like. */
function serve<Id extends OperationId>(id: Id): void {
  const operation = operations[id];
  const answer = answers[id];
  registerHttp({
    name: functionNameOf(operation),
    methods: [operation.method],
    route: operation.path.slice(1),
    log: app.log,
    handle: (request) => answerErrors(async () => await answer(await app.steps(), readCall(operation, request))),
  });
}

for (const { id } of Object.values(operations)) serve(id);
