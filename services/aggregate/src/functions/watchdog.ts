import { app } from '@azure/functions';
import { keepGivenUp, watchRuns } from '@tally/run-steps';
import { retentionMs, app as service } from '../composition.ts';

app.timer('watchdog', {
  // Every half minute: a claim is overdue after a minute, so a fault costs a run about a minute and a half.
  schedule: '*/30 * * * * *',
  handler: async () => {
    const steps = await service.steps();
    const { live, repaired, retired, failed } = await watchRuns(steps, { retentionMs });
    for (const { runId, error } of failed)
      service.log.error({ runId, error }, 'a run could not be watched; the next pass tries again');
    service.log.info({ live, repaired, retired, failed: failed.length }, 'watchdog pass');
    await keepGivenUp(steps);
  },
});
