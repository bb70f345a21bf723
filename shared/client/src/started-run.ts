import { type CheckStatus, operations, type RunStatusBody } from '@tally/api';
import { callAt } from './call.ts';
import type { Connection } from './connection.ts';
import { type WaitOptions, waitForRun } from './wait-for-run.ts';

/** A run as the answer to its start describes it. All calls go to the addresses in that answer. */
export interface StartedRun {
  readonly id: string;
  readonly uris: CheckStatus;
  status(): Promise<RunStatusBody>;
  /** Resolves with the final status of the run. */
  wait(options?: WaitOptions): Promise<RunStatusBody>;
  terminate(reason: string): Promise<void>;
  suspend(reason: string): Promise<void>;
  resume(reason: string): Promise<void>;
  rewind(reason: string): Promise<void>;
  /** @param value any JSON */
  raiseEvent(name: string, value: unknown): Promise<void>;
  /** @throws Error when the run asks for no approval */
  decide(verdict: 'approve' | 'reject'): Promise<void>;
  /** Deletes everything kept for the run, which must have ended. */
  purge(): Promise<void>;
}

/** Every call: @throws RefusedError, UnreachableError, UnexpectedAnswerError */
export function followUris(connection: Connection, uris: CheckStatus): StartedRun {
  const withText = (uri: string, text: string) => uri.replace('{text}', () => encodeURIComponent(text));
  return {
    id: uris.id,
    uris,
    status: async () => {
      const answer = await callAt(connection, operations.getRun, uris.statusQueryGetUri);
      if (answer.status !== 304) return answer.body;
      throw new Error('304 is answered only to a request with an ETag');
    },
    wait: (options) => waitForRun(connection, uris.statusQueryGetUri, options),
    terminate: async (reason) => {
      await callAt(connection, operations.terminateRun, withText(uris.terminatePostUri, reason));
    },
    suspend: async (reason) => {
      await callAt(connection, operations.suspendRun, withText(uris.suspendPostUri, reason));
    },
    resume: async (reason) => {
      await callAt(connection, operations.resumeRun, withText(uris.resumePostUri, reason));
    },
    rewind: async (reason) => {
      await callAt(connection, operations.rewindRun, withText(uris.rewindPostUri, reason));
    },
    raiseEvent: async (name, body) => {
      const uri = uris.sendEventPostUri.replace('{eventName}', () => encodeURIComponent(name));
      await callAt(connection, operations.raiseEvent, uri, { body });
    },
    decide: async (verdict) => {
      const uri = verdict === 'approve' ? uris.approvePostUri : uris.rejectPostUri;
      if (uri === undefined) throw new Error(`Run ${uris.id} asks for no approval`);
      await callAt(connection, operations.raiseEvent, uri);
    },
    purge: async () => {
      await callAt(connection, operations.purgeRun, uris.purgeHistoryDeleteUri);
    },
  };
}
