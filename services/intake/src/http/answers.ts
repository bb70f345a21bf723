import type { OperationId, operations } from '@tally/api';
import type { StepContext } from '@tally/run-steps';
import type { Call } from './call.ts';
import { answerControl, answerUpdate } from './controlling/answer-control.ts';
import { answerEvent } from './controlling/answer-event.ts';
import { answerPurge, answerPurgeMany } from './controlling/answer-purge.ts';
import { type ApiResponse, json } from './exchange.ts';
import { answerActivity } from './observing/answer-activity.ts';
import { answerChain, answerChains } from './observing/answer-chain.ts';
import { answerDeadLetters, answerDiscard, answerRedrive } from './observing/answer-dead-letters.ts';
import { answerHealth } from './observing/answer-health.ts';
import { answerFileLink, answerFiles } from './reading/answer-files.ts';
import { answerItems } from './reading/answer-items.ts';
import { answerList } from './reading/answer-list.ts';
import { answerMessages } from './reading/answer-messages.ts';
import { answerRows } from './reading/answer-rows.ts';
import { answerRunCounts } from './reading/answer-run-counts.ts';
import { answerStatus } from './reading/answer-status.ts';
import { answerRestart } from './starting/answer-restart.ts';
import { answerStart } from './starting/answer-start.ts';

type Answers = {
  readonly [Id in OperationId]: (steps: StepContext, call: Call<(typeof operations)[Id]>) => Promise<ApiResponse>;
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
