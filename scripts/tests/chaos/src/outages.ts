import { type Disturbance, happinessOf, type StubAnswer, storageBusy } from '@tally/testing';
import { isBroken } from './plans.ts';

/**
 * Outages that affect all processes at once, for up to two minutes. The storage resets connections or refuses
 * requests, the endpoint resets connections, or no process runs.
 */
export const outages = ['storage away', 'storage busy', 'endpoint away', 'all processes frozen'] as const;
export type Outage = (typeof outages)[number];

/** How the storage fails in this outage. Undefined: it doesn't. */
export function storageIn(outage: Outage | null): Disturbance | undefined {
  if (outage === 'storage away') return async () => 'reset';
  return outage === 'storage busy' ? storageBusy : undefined;
}

/** How the Face endpoint fails in this outage. Undefined: it doesn't. */
export function faceIn(outage: Outage | null): StubAnswer | undefined {
  return outage === 'endpoint away' ? 'reset' : undefined;
}

/** The answer for an image when no fault interferes. */
export function answerOf(url: string): StubAnswer {
  return isBroken(url) ? { status: 400, code: 'InvalidImage' } : { faces: [happinessOf(url)] };
}
