import { app } from '@azure/functions';
import { aboutFailed, purgeDue } from '@tally/run-steps';
import { retentionMs, app as service } from '../composition.ts';

app.timer('purge', {
  // This timer is separate from the watchdog, so that no run waits for its repair while other runs are
  // deleted.
  // Nothing waits for a purge.
  schedule: '15 */5 * * * *',
  handler: async () => {
    const report = await purgeDue(await service.steps(), { retentionMs });
    const { retired, failed, isWhole } = report;
    const about = aboutFailed(report);
    if (about !== null) service.log.error(about, 'runs could not be purged; a later pass tries again');
    service.log.info({ retired, failed: failed.length, isWhole }, 'purge pass');
  },
});
