import { setTimeout } from 'node:timers/promises';

export type WaitOptions = {
  /** What is waited for. It completes "Waited in vain until …". */
  describe: string;
  /** Ends a wait that would last forever. It is generous, so that no slow machine reaches it. */
  hangGuardMs?: number;
  /** The pause between two checks. */
  pollMs?: number;
};

/**
 * Waits until the condition holds, and returns its value. A condition that throws ends the wait with its
 * error.
 * @throws Error naming what was waited for, when the guard ends the wait
 */
export async function waitUntil<Value>(
  condition: () => Value | Promise<Value>,
  { describe, hangGuardMs = 60_000, pollMs = 20 }: WaitOptions,
): Promise<Exclude<Value, false | undefined | null>> {
  const deadline = Date.now() + hangGuardMs;
  for (;;) {
    const value = await condition();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${hangGuardMs / 1_000} s in vain until ${describe}.`);
    await setTimeout(pollMs);
  }
}

function isThere<Value>(value: Value): value is Exclude<Value, false | undefined | null> {
  return value !== false && value !== undefined && value !== null;
}
