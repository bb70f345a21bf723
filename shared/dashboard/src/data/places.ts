import type { OperationId, operations } from '@tally/api';

type Operations = typeof operations;

/**
 * Paths of the operations that the page calls. The declarations themselves would bring all schemas with them.
 * The compiler checks this copy of their methods and paths against them.
 */
export const places = {
  startChainRun: 'POST /chains/{chain}/runs',
  startChainRunAs: 'POST /chains/{chain}/runs/{id}',
  listRuns: 'GET /runs',
  countRuns: 'GET /run-counts',
  getRun: 'GET /runs/{id}',
  updateRun: 'PATCH /runs/{id}',
  purgeRun: 'DELETE /runs/{id}',
  terminateRun: 'POST /runs/{id}/terminate',
  suspendRun: 'POST /runs/{id}/suspend',
  resumeRun: 'POST /runs/{id}/resume',
  rewindRun: 'POST /runs/{id}/rewind',
  restartRun: 'POST /runs/{id}/restart',
  raiseEvent: 'POST /runs/{id}/raiseEvent/{eventName}',
  listItems: 'GET /runs/{id}/items',
  listRows: 'GET /runs/{id}/rows',
  listFiles: 'GET /runs/{id}/files',
  linkFile: 'GET /runs/{id}/files/{file}/link',
  peekMessages: 'GET /runs/{id}/messages',
  getActivity: 'GET /activity',
  listChains: 'GET /chains',
  listDeadLetters: 'GET /dead-letters',
  redriveDeadLetter: 'POST /dead-letters/{id}/redrive',
  discardDeadLetter: 'DELETE /dead-letters/{id}',
  checkControl: 'POST /control-check',
} as const satisfies { readonly [Id in OperationId]?: `${Operations[Id]['method']} ${Operations[Id]['path']}` };

export type PlacedId = keyof typeof places;
