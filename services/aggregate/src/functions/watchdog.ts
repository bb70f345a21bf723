import { app } from '@azure/functions';
import { aboutFailed, keepGivenUp, watchRuns } from '@tally/run-steps';
import { app as service } from '../composition.ts';

app.timer('watchdog', {
  // Every half minute. A claim is overdue after a minute, so a fault costs a run about a minute and a half.
  schedule: '*/30 * * * * *',
  handler: async () => {
    const steps = await service.steps();
    const report = await watchRuns(steps);
    const { live, repaired, unserved, failed, isWhole } = report;
    const about = aboutFailed(report);
    if (about !== null) service.log.error(about, 'runs could not be watched; the next pass tries again');
    if (unserved > 0) service.log.warn({ unserved }, 'runs wait for an app that knows their chain and version');
    service.log.info({ live, repaired, unserved, failed: failed.length, isWhole }, 'watchdog pass');
    await keepGivenUp(steps);
  },
});
