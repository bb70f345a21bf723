import { setTimeout } from 'node:timers/promises';

export type WaitOptions = {
  /** What is waited for, to complete "Waited in vain until …". */
  describe: string;
  /** Ends a wait that would last for ever; generous, so that no slow machine meets it. */
  hangGuardMs?: number;
  /** Pause between two looks. */
  pollMs?: number;
};

/**
 * Waits until the condition holds and returns what it yields. A condition that throws ends the wait with its error.
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
