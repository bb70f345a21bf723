import type { Json } from '@tally/contracts';

/** Makes the addresses at which a person or an outside system raises an event of a run. */
export type EventLinks = (
  run: { readonly runId: string; readonly gen: string },
  event: string,
  payload: Json,
) => string;

export const noLinks: EventLinks = () => {
  throw new Error(
    'this app was started without TALLY_PUBLIC_URL and TALLY_LINK_KEY, by which addresses of events are made',
  );
};
