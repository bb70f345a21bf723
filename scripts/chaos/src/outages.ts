import { type Disturbance, type StubAnswer, storageBusy } from '@tally/testing';

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
