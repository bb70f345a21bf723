import type { StagePolicy, TallyFailure } from '@tally/contracts';
import { retryDelayMs } from './backoff.ts';
import { aggregateEffect, type Effect, type SendChunk, tokenSource } from './effects.ts';
import { isComplete, isFinished, type Ledger, type OpenEntry, openItems } from './ledger.ts';
import type { MapView } from './nodes/map-view.ts';
import type { NodeRound } from './nodes/node-state.ts';
import { outboxLetters } from './outbox.ts';
import { countOutcomes, type Noted, nextTry, noteOutcomes, noteWork, release } from './outcomes.ts';
import { advancePart, furtherTries } from './parts.ts';
import { failureOverDeadline } from './run/deadline.ts';
import { chunkOf, type MessageHead, type ShardDecision, type ShardEvent, type ShardState } from './shard-state.ts';
import { failureOverTolerance } from './tolerance.ts';
import { isClaimable, sendOf, topUp } from './top-up.ts';
import { renewUntried } from './untried.ts';

type RecordEvent = Extract<ShardEvent, { type: 'record' }>;

/**
 * A delivery of a work message. It counts what it brings and no other delivery has counted (I1). It takes its
 * chunk out of `open` when that is done, claims the next ones (I3), and says what to send after the commit
 * (I4).
 *
 * An older epoch records finished items and changes nothing else (I7). It leaves the claims alone, and the
 * attempts too: the newer dispatch has sent the same tries itself, and only the commit that raises an attempt
 * sends the next one. A suspended run records finished items and takes claims out, and claims nothing. What
 * failed meanwhile is tried again after the resume.
 *
 * The run row may be a second old, but not older than the message. It must have been seen Running in the
 * message's epoch (I9); otherwise the claim is taken out and nothing is claimed in its place.
 * @throws Error where the message's chunk row wasn't loaded
 */
export function recordOutcomes(state: ShardState, event: RecordEvent, policy: StagePolicy, now: number): ShardDecision {
  const { run, ledger, chunks } = state;
  const { message, chance, sent, others = [] } = event;
  if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' }; // I5
  const before = chunkOf(state, message.chunk);
  const isCurrent = message.epoch === ledger.epoch;
  const mayClaim = isCurrent && isClaimable(run, ledger);
  // A retry waits in its claim: a message for a chunk that has no claim leaves nowhere to wait.
  const mayRetry = mayClaim && ledger.open.some((entry) => entry.chunk === message.chunk);
  const token = tokenSource(chance);

  const tried = noteOutcomes(before, event.outcomes, event.tries, policy.retry.maxAttempts, mayRetry);
  const measured = event.workedMs === undefined ? ledger : noteWork(ledger, event.workedMs, now);
  const { chunk, ledger: counted } = countOutcomes(measured, tried, policy);
  const noted = { ...tried, chunk };
  const changed = noted.chunk === before ? chunks : new Map(chunks).set(before.chunk, noted.chunk);
  // I7
  if (!isCurrent) return { state: { run, ledger: counted, chunks: changed }, effects: [], dropped: dropOf(noted) };

  const isSent = ({ chunk }: OpenEntry) => chunk !== message.chunk && sent?.has(chunk) === true;
  const repeats = counted.open.filter((entry) => entry.by === message.token && !isSent(entry));
  const retried = noted.retries.length > 0;
  const attempt = nextTry(noted.chunk, retried ? noted.retries : openItems(noted.chunk));
  const delayMs = retried ? retryDelayMs(policy.retry, attempt - 1, chance.jitter, noted.retryAfterMs) : 0;
  const released = isComplete(noted.chunk)
    ? release(counted, message.chunk)
    : retried
      ? postpone(counted, message, now + delayMs)
      : counted;
  const { untried, ...renewed } = mayClaim
    ? renewUntried(released, noted.chunk, event, policy.repair, now)
    : { ledger: released, untried: [] };
  const { waiting, ...further } = mayClaim
    ? furtherTries(renewed.ledger, noted.chunk, message, now)
    : { ledger: renewed.ledger, waiting: [] };
  const moved = mayClaim
    ? advancePart(run, further.ledger, noted.chunk, message.token, policy.repair.wholeSends + 1, now)
    : { ledger: released, next: [] };
  const topped = mayClaim ? topUp(run, moved.ledger, message.token, now) : moved.ledger;

  const effects: Effect[] = [];
  if (mayClaim) {
    const sendEntry = (entry: OpenEntry) => sendOf(topped, changed, entry, policy, token(), now);
    if (retried) effects.push({ ...ownSend(topped, message, token()), attempt, items: noted.retries, delayMs });
    if (untried.length > 0)
      effects.push({ ...ownSend(topped, message, token()), attempt: message.attempt, items: untried });
    for (const entry of repeats) {
      if (entry.chunk !== message.chunk) effects.push(sendEntry(entry));
      else if (untried.length === 0)
        effects.push(...repeatOwn(noted, message, entry, [...others, ...waiting], { ...sendEntry(entry), attempt }));
    }
    for (const items of [waiting, moved.next]) {
      if (items.length === 0) continue;
      effects.push({ ...ownSend(topped, message, token()), attempt: nextTry(noted.chunk, items), items });
    }
    effects.push(...topped.open.slice(moved.ledger.open.length).map(sendEntry));
    // The run row may be from before this shard got its share. A dispatch reads it again, or nothing would
    // visit the shard.
    if (topped.open.length === 0 && topped.todo.length > 0) {
      effects.push({
        type: 'send-dispatch',
        ...roundOf(run),
        epoch: ledger.epoch,
        token: token(),
        shards: [ledger.shard],
      });
    }
    if (isFinished(topped) && !run.counted.includes(ledger.shard)) {
      effects.push(aggregateEffect(run, ledger));
    }
  }
  // I6: also what an earlier delivery of this message left in the outbox.
  effects.push(...outboxLetters(topped).filter((letter) => letter.chunk === message.chunk));
  const late = failureOverDeadline(run, now);
  const over = passedTolerance(run, ledger.failed, topped.failed);
  if (late !== null) effects.push({ type: 'fail-run', failure: late });
  else if (over !== null) effects.push({ type: 'fail-node', ...roundOf(run), failure: over });
  return { state: { run, ledger: topped, chunks: changed }, effects };
}

function roundOf({ node, since }: MapView): NodeRound {
  return { node, since };
}

/** Only the commit that passes the limit says so. */
function passedTolerance(run: MapView, before: number, after: number): TallyFailure | null {
  return failureOverTolerance(run, before) === null ? failureOverTolerance(run, after) : null;
}

/** A waiting retry keeps its place in the window; its claim is now this message's (I4). */
function postpone(ledger: Ledger, message: MessageHead, notBefore: number): Ledger {
  const open = ledger.open.map(
    (entry): OpenEntry => (entry.chunk === message.chunk ? { ...entry, by: message.token, notBefore } : entry),
  );
  return { ...ledger, open };
}

function ownSend(ledger: Ledger, message: MessageHead, token: string): Omit<SendChunk, 'attempt'> {
  const { shard, epoch } = ledger;
  return { type: 'send-chunk', shard, chunk: message.chunk, epoch, token, split: false, delayMs: 0 };
}

/**
 * I4: the retry, or the split, of this message's own items. A crash or a lost answer may have kept it from
 * being sent.
 * @param others items of the claim for which another message is out, or goes out
 */
function repeatOwn(
  noted: Noted,
  message: MessageHead,
  entry: OpenEntry,
  others: readonly number[],
  send: SendChunk,
): SendChunk[] {
  const meant = entry.items ?? message.items;
  const items = openItems(noted.chunk).filter((index) => (meant?.includes(index) ?? true) && !others.includes(index));
  return items.length === 0 || noted.retries.length > 0 ? [] : [{ ...send, items }];
}

function dropOf(noted: Noted): 'old-epoch' | undefined {
  return noted.finished.length === 0 ? 'old-epoch' : undefined;
}
