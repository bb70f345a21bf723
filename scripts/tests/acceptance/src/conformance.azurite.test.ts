import { beforeAll } from 'vitest';
import { describeAnswerLinks, LINK_KEY } from './answer-links.conformance.ts';
import { type Api, startApi } from './api.fixture.ts';
import { describeChains } from './chains.conformance.ts';
import { describeControl } from './control.conformance.ts';
import { describeEvents } from './events.conformance.ts';
import { heldStarts } from './held-starts.fixture.ts';
import { describeListing, describePurging } from './listing.conformance.ts';
import { describeObserving, FORBIDDEN_RUN, forbidden } from './observing.conformance.ts';
import { describeStarting } from './starting.conformance.ts';
import { describeStatus } from './status.conformance.ts';

let api: Api;
const held = heldStarts();
beforeAll(async () => {
  api = await startApi({
    env: { TALLY_LINK_KEY: LINK_KEY },
    proxy: {
      disturb: async (request, forward) => {
        // Storage refuses every request about this run: an error that the code doesn't expect.
        if (request.url.includes(FORBIDDEN_RUN) || forbidden.urls?.test(decodeURIComponent(request.url)))
          return { status: 403, rawHeaders: [], body: Buffer.from('') };
        return await held.disturb(request, forward);
      },
    },
  });
  return () => api.stop();
}, 180_000);

describeStarting(() => api);
describeStatus(() => api);
describeControl(() => api, held);
describeEvents(() => api);
describeListing(() => api);
describeObserving(() => api);
describeChains(() => api);
describeAnswerLinks(() => api);
// Must be last, because it deletes all ended runs.
describePurging(() => api);
