import type { HistoryEvent } from '@tally/api';
import { isRecord } from '../happiness.ts';

/** A mail that a mail server has accepted, as far as the run's record tells of it. */
export interface SentMail {
  readonly node: string;
  readonly messageId: string;
  /** ISO. */
  readonly at: string;
}

/** The mails that tasks of a run have sent: a task that sends one gives its Message-ID. */
export function mailsOf(events: readonly HistoryEvent[]): SentMail[] {
  return events.flatMap(({ EventType, FunctionName, Result, Timestamp }): SentMail[] => {
    if (EventType !== 'TaskCompleted' || typeof FunctionName !== 'string' || !isRecord(Result)) return [];
    const { messageId } = Result;
    return typeof messageId === 'string' ? [{ node: FunctionName, messageId, at: Timestamp }] : [];
  });
}
