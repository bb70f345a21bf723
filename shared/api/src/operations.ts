import { durableForm } from './durable-forms.ts';
import type { Operation } from './operation.ts';
import { raiseEvent, resumeRun, rewindRun, suspendRun, terminateRun, updateRun } from './operations/controlling.ts';
import {
  checkControl,
  discardDeadLetter,
  getActivity,
  getChain,
  getHealth,
  getOpenApi,
  headHealth,
  listChains,
  listDeadLetters,
  redriveDeadLetter,
} from './operations/observing.ts';
import { purgeRun, purgeRuns } from './operations/purging.ts';
import {
  countRuns,
  getRun,
  linkFile,
  listFiles,
  listItems,
  listRows,
  listRuns,
  peekMessages,
} from './operations/reading.ts';
import { restartRun, startChainRun, startChainRunAs, startRun, startRunAs } from './operations/starting.ts';

/** The compiler rejects an operation that stands under another name than its id, so no id is there twice. */
type ById<Declared> = { readonly [Id in keyof Declared]: Operation & { readonly id: Id } };

function underTheirIds<const Declared extends ById<Declared>>(declared: Declared): Declared {
  return declared;
}

/** All operations of Tally's HTTP API. */
export const operations = underTheirIds({
  startRun,
  startRunAs,
  startChainRun,
  startChainRunAs,
  listRuns,
  countRuns,
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
  listRows,
  listFiles,
  linkFile,
  peekMessages,
  getChain,
  getActivity,
  listChains,
  listDeadLetters,
  redriveDeadLetter,
  discardDeadLetter,
  checkControl,
  getOpenApi,
  getHealth,
  headHealth,
});

/** The ids of the operations. */
export type OperationId = keyof typeof operations;

/** All forms of an operation: Tally's own, and Durable's if Durable Functions has the operation. */
export function formsOf(operation: Operation): readonly Operation[] {
  const durable = durableForm(operation);
  return durable === null ? [operation] : [operation, durable];
}

/** All paths of the API. */
export const allForms: readonly Operation[] = Object.values(operations).flatMap(formsOf);
