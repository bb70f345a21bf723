import type { Operation } from './operation.ts';
import { raiseEvent, resumeRun, rewindRun, suspendRun, terminateRun, updateRun } from './operations/controlling.ts';
import {
  discardDeadLetter,
  getChain,
  getHealth,
  getOpenApi,
  listDeadLetters,
  redriveDeadLetter,
} from './operations/observing.ts';
import { purgeRun, purgeRuns } from './operations/purging.ts';
import { getRun, listItems, listRuns } from './operations/reading.ts';
import { restartRun, startRun, startRunAs } from './operations/starting.ts';

/** All that can be asked of Tally over HTTP. */
export const operations = {
  startRun,
  startRunAs,
  listRuns,
  purgeRuns,
  getRun,
  updateRun,
  purgeRun,
  terminateRun,
  suspendRun,
  resumeRun,
  rewindRun,
  restartRun,
  raiseEvent,
  listItems,
  getChain,
  listDeadLetters,
  redriveDeadLetter,
  discardDeadLetter,
  getOpenApi,
  getHealth,
} as const satisfies Readonly<Record<string, Operation>>;

/** The operations' ids, which are the names that they have in the list. */
export type OperationId = keyof typeof operations;
