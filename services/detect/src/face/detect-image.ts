import type { Faces } from '@tally/chains';
import type { TryOutcome } from '@tally/run-state';
import type { AdaptiveLimit, Caller, Verdict } from './adaptive-limit.ts';
import type { CallResult } from './call-result.ts';
import { callWithRetries } from './call-retries.ts';
import { readAnswer, readFailure } from './error-codes.ts';
import type { FaceAnswer, FaceClient } from './face-client.ts';
import type { FaceSettings } from './face-settings.ts';
import { follow } from './follow.ts';
import type { HostLimits } from './host-limits.ts';
import type { Timing } from './timing.ts';

export interface DetectDependencies {
  readonly client: FaceClient;
  readonly settings: Pick<FaceSettings, 'endpoint' | 'timeoutMs'>;
  readonly limit: AdaptiveLimit;
  readonly hosts: HostLimits;
  readonly timing: Timing;
}

/**
 * Finds the faces of one image, in up to three calls. Its duration counts from the start of the first call to
 * the last answer. So it excludes the wait for the first place.
 * @param caller its signal ends all waiting: for a place, or for another call
 * @param signal ends the call that is under way
 * @returns undefined when a signal fired first, so the image has no outcome
 * @throws EndpointRefusesEmotionError
 */
export async function detectImage(
  imageUrl: string,
  dependencies: DetectDependencies,
  caller: Caller,
  signal: AbortSignal,
): Promise<TryOutcome<Faces> | undefined> {
  const { limit, hosts, timing } = dependencies;
  let startedAt: number | undefined;
  const call = async () => {
    startedAt ??= timing.now();
    return await callOnce(imageUrl, dependencies, signal);
  };
  try {
    // The host's place comes first: a call that waits for a busy host must not take a place at the endpoint.
    const placed = () => limit.run(call, verdictOn('endpoint'), caller);
    const politely = () => hosts.run(imageUrl, placed, verdictOn('image-host'), caller);
    const result = await callWithRetries(politely, timing, caller.signal);
    return outcomeOf(result, timing.now() - (startedAt ?? timing.now()));
  } catch (error) {
    if (caller.signal.aborted) return undefined;
    throw error;
  }
}

/** Makes one call with its own time-out, which starts with the call. */
async function callOnce(
  imageUrl: string,
  { client, settings, timing }: DetectDependencies,
  signal: AbortSignal,
): Promise<CallResult> {
  signal.throwIfAborted();
  using end = follow(signal);
  const timer = setTimeout(() => end.abort(), settings.timeoutMs);
  let answer: FaceAnswer;
  try {
    answer = await client.detect(imageUrl, end.signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return readFailure(error, end.signal.aborted ? settings.timeoutMs : undefined);
  } finally {
    clearTimeout(timer);
  }
  return readAnswer(answer, settings.endpoint, timing.now());
}

/** What a result shows about the load of the endpoint, or of the image's host. */
function verdictOn(whom: 'endpoint' | 'image-host'): (result: CallResult) => Verdict {
  return (result) => {
    if (result.kind !== 'retry') return { kind: 'served' };
    return result.overloaded === whom ? { kind: 'throttled', pauseMs: result.retryAfterMs } : { kind: 'unclear' };
  };
}

function outcomeOf(result: CallResult, elapsedMs: number): TryOutcome<Faces> {
  // A clock that is set back in between must not give a negative duration.
  const durationMs = Math.max(0, Math.round(elapsedMs));
  switch (result.kind) {
    case 'succeeded':
      return { kind: 'succeeded', result: result.result, durationMs };
    case 'failed':
      return { kind: 'failed', error: result.error, durationMs };
    case 'retry':
      return { kind: 'retry', error: result.error, durationMs, retryAfterMs: result.retryAfterMs };
  }
}
