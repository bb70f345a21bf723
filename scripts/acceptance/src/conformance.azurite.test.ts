import { beforeAll } from 'vitest';
import { type Api, startApi } from './api.fixture.ts';
import { describeControl } from './control.conformance.ts';
import { describeEvents } from './events.conformance.ts';
import { heldStarts } from './held-starts.fixture.ts';
import { describeListing, describePurging } from './listing.conformance.ts';
import { describeObserving } from './observing.conformance.ts';
import { describeStarting } from './starting.conformance.ts';
import { describeStatus } from './status.conformance.ts';

let api: Api;
const held = heldStarts();
beforeAll(async () => {
  api = await startApi({ proxy: { disturb: held.disturb } });
  return () => api.stop();
}, 180_000);

describeStarting(() => api);
describeStatus(() => api);
describeControl(() => api, held);
describeEvents(() => api);
describeListing(() => api);
describeObserving(() => api);
// Last: it leaves no ended run.
describePurging(() => api);
