import { type Disturbance, happinessOf, type StubAnswer, storageBusy } from '@tally/testing';
import { isBroken } from './plans.ts';

/** What is away for everybody at once, for up to two minutes: the storage breaks connections off or refuses, the endpoint breaks off, no process moves. */
export const outages = ['storage away', 'storage busy', 'endpoint away', 'all processes frozen'] as const;
export type Outage = (typeof outages)[number];

/** What a request to the storage meets; undefined: no outage of it. */
export function storageIn(outage: Outage | null): Disturbance | undefined {
  if (outage === 'storage away') return async () => 'reset';
  return outage === 'storage busy' ? storageBusy : undefined;
}

/** What a call of the Face endpoint meets; undefined: no outage of it. */
export function faceIn(outage: Outage | null): StubAnswer | undefined {
  return outage === 'endpoint away' ? 'reset' : undefined;
}

/** What an image comes to where nothing is in the way. */
export function answerOf(url: string): StubAnswer {
  return isBroken(url) ? { status: 400, code: 'InvalidImage' } : { faces: [happinessOf(url)] };
}
