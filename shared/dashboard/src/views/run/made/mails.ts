import type { HistoryEvent } from '@tally/api';
import { isRecord } from '../happiness.ts';

/** A mail that a mail server has accepted, according to the run's record. */
export interface SentMail {
  readonly node: string;
  readonly messageId: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** The mails that tasks of a run have sent. A task that sends a mail returns its Message-ID. */
export function mailsOf(events: readonly HistoryEvent[]): SentMail[] {
  return events.flatMap(({ EventType, FunctionName, Result, Timestamp }): SentMail[] => {
    if (EventType !== 'TaskCompleted' || typeof FunctionName !== 'string' || !isRecord(Result)) return [];
    const { messageId } = Result;
    return typeof messageId === 'string' ? [{ node: FunctionName, messageId, at: Timestamp }] : [];
  });
}
