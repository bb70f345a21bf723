import type { OperationId, operations } from '@tally/api';
import { answerActivity } from './answer-activity.ts';
import { answerChain, answerChains } from './answer-chain.ts';
import { answerControl, answerUpdate } from './answer-control.ts';
import { answerDeadLetters, answerDiscard, answerRedrive } from './answer-dead-letters.ts';
import { answerEvent } from './answer-event.ts';
import { answerFileLink, answerFiles } from './answer-files.ts';
import { answerHealth } from './answer-health.ts';
import { answerItems } from './answer-items.ts';
import { answerList } from './answer-list.ts';
import { answerMessages } from './answer-messages.ts';
import { answerPurge, answerPurgeMany } from './answer-purge.ts';
import { answerRestart } from './answer-restart.ts';
import { answerRows } from './answer-rows.ts';
import { answerRunCounts } from './answer-run-counts.ts';
import { answerStart } from './answer-start.ts';
import { answerStatus } from './answer-status.ts';
import type { Call } from './call.ts';
import { type ApiResponse, json, type Steps } from './context.ts';

type Answers = {
  readonly [Id in OperationId]: (steps: Steps, call: Call<(typeof operations)[Id]>) => Promise<ApiResponse>;
};

/**
 * The function that answers each operation of the API. The compiler rejects an operation without one.
 * @param document the description of the API itself
 */
export const answersWith = (document: unknown): Answers => ({
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
  listFiles: answerFiles,
  linkFile: answerFileLink,
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
});
